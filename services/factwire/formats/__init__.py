"""What upstream sends, read into :class:`factwire.events.raw_article.RawArticle`: one file a format, pure."""
