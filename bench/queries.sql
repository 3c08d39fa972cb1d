-- Rows for bench/queries.py. Zipf: n ^ random() is 1 for the commonest, n for the rarest.
truncate sources, entities, articles cascade;
select setseed(0.5);
insert into sources select 's' || n, 'Source ' || n, (array['US','GB','IN','DE','FR'])[1 + n % 5] from generate_series(1, 200) n;
insert into entities
select 'Q' || n, (array['person','organization','place','group'])[1 + n % 4], null, 'Name ' || n || ' Of ' || md5(n::text)
  from generate_series(1, 20000) n;
insert into articles (article_id, revision, status, source_id, title, language, published_at, received_at, subjects,
                      extra, text, text_sha256, sections, sentences, enricher_version, rules_version, kb_version, event_id,
                      enriched_at)
select 'article-' || n, 1, 'usable', 's' || floor(200 ^ random())::int, 'Title of ' || n, 'en', w.moment, w.moment, '[]',
       '{}', t.text, '', '[]', '[[0, 80], [81, 200], [201, 300]]', 'b', 'b', 'b', 'e' || n, w.moment
  from generate_series(1, {articles}) n,
       lateral (select timestamptz '2026-01-01' - random() * interval '1000 days' + n * interval '0' as moment) w,
       lateral (select string_agg('word' || floor(5000 ^ random() + (n + i) * 0)::int, ' ') as text
                  from generate_series(1, 120) g(i)) t;
insert into article_entities (article_id, entity_id, ordinal, confidence, salience, moment)
select distinct on (a.article_id, e) a.article_id, e, 0, 0.9, 0.5, a.published_at
  from articles a, lateral (select 'Q' || floor(20000 ^ random() + length(a.title) * 0)::int as e
                              from generate_series(1, 8)) x;
create temporary table made as
select gen_random_uuid() as claim_id, a.article_id, a.source_id, a.published_at as moment, n as ordinal, k.kind,
       case k.kind when 'money' then (array['USD','USD','USD','EUR','GBP','INR'])[1 + floor(random() * 6)::int]
                   when 'percent' then '%'
                   when 'measure' then (array['km','[mi_i]','m','kg','t'])[1 + floor(random() * 5)::int]
                   when 'duration' then (array['a','mo','d','h'])[1 + floor(random() * 4)::int]
                   when 'age' then 'a'
                   when 'count' then 'noun' || floor(2000 ^ random())::int end as unit,
       round((case k.kind when 'money' then 10 ^ (2 + random() * 9) when 'percent' then random() * 100
                          when 'count' then 10 ^ (random() * 6) else 10 ^ (random() * 4) end)::numeric, 2) as value,
       'Q' || floor(20000 ^ random())::int as about, 'Q' || floor(20000 ^ random())::int as agent,
       case when random() < 0.6 then 'Q' || floor(20000 ^ random())::int end as speaker,
       case when random() < 0.3 then 'Q' || floor(30 ^ random())::int end as office,
       (array['asserted','asserted','asserted','asserted','forecast','estimate','target'])[1 + floor(random() * 7)::int]
         as modality,
       case when random() < 0.7 then (a.published_at - random() * interval '400 days')::date end as begins,
       random() as confidence
  from articles a, generate_series(1, 10) n,
       lateral (select (array['count','count','count','count','money','money','money','percent','percent','measure',
                              'duration','age','rank','multiple'])[1 + floor(random() * 14 + n * 0)::int] as kind) k;
alter table made add base text, add base_value numeric;
update made set base = coalesce((array['m','m','m','kg','kg'])[array_position(array['km','[mi_i]','m','kg','t'], unit)],
                                case when kind in ('duration', 'age') then 's' end, unit),
                base_value = value * coalesce((array[1000, 1609.344, 1, 1, 1000, 31557600, 2629800, 86400, 3600])
                             [array_position(array['km','[mi_i]','m','kg','t','a','mo','d','h'], unit)], 1);
drop index ix_claims_facets;
insert into claims (claim_id, article_id, ordinal, kind, span_start, span_end, span_text, sentence, value, lower, upper,
                    lower_inclusive, upper_inclusive, comparator, approximate, vague, precision, unit_system, unit_code,
                    unit_label, unit_assumed, role, period_begin, period_end, period_granularity, period_role,
                    period_assumed, speaker_entity_id, speaker_name, modality, polarity, confidence, rules, moment,
                    speakers, facets, base_unit, base_low, base_high)
select claim_id, article_id, ordinal, kind, ordinal * 30, ordinal * 30 + 12, 'some 12 words', ordinal % 3, value, value, value,
       true, true, 'eq', false, false, 2, 'UCUM', unit, unit, false, 'level', begins, begins + 30, 'month', 'measured',
       false, speaker, speaker, modality, 'positive', confidence, array['number + unit'], moment,
       array_remove(array[speaker], null),
       array_remove(array['kind:' || kind, 'unit:' || unit, 'base:' || base, 'source:' || source_id,
                          'modality:' || modality, 'who:' || about, 'who:' || agent, 'about:' || about, 'about:' || agent,
                          'subject:' || about, 'agent:' || agent, 'who:' || speaker, 'said:' || speaker,
                          'said:somebody called ' || speaker, 'for:' || office], null),
       base, base_value, base_value
  from made;
create index ix_claims_facets on claims using gin (facets);
insert into article_entities (article_id, entity_id, ordinal, confidence, salience, moment, claims_with, claims_about,
                              claims_by)
select c.article_id, w.entity, 0, 0.9, 0.5, min(c.moment), count(*),
       count(*) filter (where c.facets @> array['about:' || w.entity]),
       count(*) filter (where c.facets @> array['said:' || w.entity])
  from claims c, lateral (select distinct substr(f, 5) as entity from unnest(c.facets) f where f like 'who:%') w
 group by 1, 2
    on conflict (article_id, entity_id) do update
   set claims_with = excluded.claims_with, claims_about = excluded.claims_about, claims_by = excluded.claims_by;
update articles a set entity_ids = e.ids
  from (select article_id, array_agg(entity_id) as ids from article_entities group by 1) e
 where a.article_id = e.article_id;
insert into claim_arguments (claim_id, ordinal, article_id, role, entity_id, span_start, span_end, span_text)
select claim_id, 0, article_id, 'subject', about, 0, 4, 'some' from made;
insert into claim_arguments (claim_id, ordinal, article_id, role, entity_id, span_start, span_end, span_text)
select claim_id, 1, article_id, 'agent', agent, 5, 9, 'some' from made;
vacuum full analyze articles;
vacuum analyze;
