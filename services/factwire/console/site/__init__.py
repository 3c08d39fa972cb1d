"""The pages people look at: one module a page, over what the read API answers. No page needs a script to be read."""
