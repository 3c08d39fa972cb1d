"""Who may do what on the pages, and what hostile text, forms and addresses come to, over a real PostgreSQL."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from tests.support.consoles import InlineTrial, MemoryDesk, MemoryDoor, MemoryLetter, answering_services
from tests.support.databases import settings_for
from tests.support.events import enriched
from tests.support.seeding import store_all
from tests.support.stories import ATTACK, story

from factwire.console.app import create_app, open_site
from factwire.console.reading import Reading
from factwire.console.site.frame import COOKIE, FORM_BYTES
from factwire.console.site.trial import LONGEST
from factwire.runtime.health import Health
from factwire.storage.engine import close_engine, open_engine

pytestmark = pytest.mark.docker
NOW = datetime(2026, 4, 1, tzinfo=UTC)
HOME = "http://console"
PAGE = {"accept": "text/html,application/xhtml+xml"}
FORM = {"content-type": "application/x-www-form-urlencoded", "origin": HOME, **PAGE}
PAGES = ("/", "/claims", "/entities", "/now", "/now/board", "/dead-letters", "/dead-letters/one?place=raw:0:0", "/try")


class Console:
    """A console with everything brought in, driven as a browser would: ``client`` keeps cookies."""

    def __init__(self, url: str, door: MemoryDoor | None, address: str = "127.0.0.1") -> None:
        self.engine = open_engine(settings_for(url))
        self.desk = MemoryDesk([MemoryLetter(f"raw:0:{n}", f"bad-{n}") for n in range(1000)])
        reading = Reading(self.engine, lambda: NOW, "postgres")
        site = open_site(reading, desk=self.desk, trial=InlineTrial(), watch=answering_services(), door=door)
        transport = httpx.ASGITransport(create_app(reading, Health("console"), site), client=(address, 5000))
        self.client = httpx.AsyncClient(transport=transport, base_url=HOME, headers=PAGE)

    async def token(self, path: str) -> str:
        """What the form on a page sends back."""
        found = re.search(r'name="token" value="([0-9a-f]+)"', (await self.client.get(path)).text)
        assert found is not None, path
        return found[1]

    async def send(self, path: str, token: str, **fields: str) -> httpx.Response:
        headers = {"origin": HOME}
        return await self.client.post(path, data={"token": token, **fields}, headers=headers)

    async def sign_in(self, key: str) -> httpx.Response:
        return await self.send("/sign-in", await self.token("/sign-in"), key=key, next="/claims?kind=money")

    async def close(self) -> None:
        await self.client.aclose()
        await close_engine(self.engine)


@pytest.fixture
async def console(database: str) -> AsyncIterator[Console]:
    """Open to whoever sits at this machine."""
    made = Console(database, None)
    yield made
    await made.close()


@pytest.fixture
async def door() -> MemoryDoor:
    return MemoryDoor()


@pytest.fixture
async def shut(database: str, door: MemoryDoor) -> AsyncIterator[Console]:
    """Nobody comes in without a key."""
    made = Console(database, door)
    yield made
    await made.close()


# -- who may come in


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_looks_without_a_key_where_keys_are_asked_for(shut, path):
    answer = await shut.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


async def test_key_opens_the_pages_and_leads_to_where_one_wanted_to_go(shut):
    answer = await shut.sign_in("fw_r_secret")
    assert (answer.status_code, answer.headers["location"]) == (303, "/claims?kind=money")
    for path in PAGES:
        assert (await shut.client.get(path)).status_code == 200, path
    assert "Rita Reader" in (await shut.client.get("/")).text


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites_and_holds_no_key(shut):
    cookie = (await shut.sign_in("fw_r_secret")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "secret" not in cookie
    assert "Secure" not in cookie
    secure = httpx.AsyncClient(transport=shut.client._transport, base_url="https://console", headers=PAGE)
    assert "Secure" in (await secure.get("/sign-in")).headers["set-cookie"]


async def test_signing_in_gives_a_new_session_id(shut):
    await shut.token("/sign-in")
    before = shut.client.cookies[COOKIE]
    await shut.sign_in("fw_r_secret")
    assert shut.client.cookies[COOKIE].split(".")[0] != before.split(".")[0]


@pytest.mark.parametrize("key", ["", "fw_r_wrong", "x" * 400, "' or 1=1 --"])
async def test_wrong_key_opens_nothing(shut, key):
    answer = await shut.sign_in(key)
    assert answer.status_code == 403
    assert (await shut.client.get("/")).status_code == 303


async def test_guessing_keys_is_slowed_down(shut):
    statuses = [(await shut.sign_in(f"fw_r_{n}")).status_code for n in range(12)]
    assert statuses[0] == 403
    assert statuses[-1] == 429
    assert (await shut.sign_in("fw_r_secret")).status_code == 429


async def test_revoked_key_ends_its_sessions(shut, door):
    await shut.sign_in("fw_r_secret")
    door.revoked.add("r")
    assert (await shut.client.get("/")).status_code == 303


async def test_signing_out_ends_the_session(shut):
    await shut.sign_in("fw_r_secret")
    await shut.send("/sign-out", await shut.token("/"))
    assert (await shut.client.get("/")).status_code == 303


async def test_cookie_of_ones_own_making_opens_nothing(shut):
    await shut.sign_in("fw_r_secret")
    body, _, mac = shut.client.cookies[COOKIE].partition(".")
    for forged in (f"{body}x.{mac}", f"{body}.{'0' * 64}", body, "", "é.é", "." * 3000):
        shut.client.cookies.clear()
        answer = await shut.client.get("/", headers={"cookie": f"{COOKIE}={forged}".encode()})
        assert answer.status_code == 303


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/\n/x"]
)
async def test_signing_in_leads_to_no_other_site(shut, next):
    answer = await shut.send("/sign-in", await shut.token("/sign-in"), key="fw_r_secret", next=next)
    assert answer.headers["location"] == "/"


# -- who may do what


async def test_reader_sees_dead_letters_and_may_not_touch_them(shut):
    await shut.sign_in("fw_r_secret")
    page = (await shut.client.get("/dead-letters")).text
    assert "bad-7" in page
    assert "Send all again" not in page
    token = await shut.token("/")
    for path in ("replay", "purge", "replay-one"):
        answer = await shut.send(f"/dead-letters/{path}", token, topic="raw", all="yes", sure="yes", place="raw:0:1")
        assert answer.status_code == 403
    assert (await shut.client.get("/dead-letters/confirm?act=purge")).status_code == 403
    assert len(shut.desk.letters) == 1000
    assert shut.desk.replayed == []


async def test_operator_sends_a_thousand_dead_letters_again_in_one_act(shut, capsys):
    await shut.sign_in("fw_o_secret")
    asked = "/dead-letters/confirm?act=replay&topic=raw"
    assert "Send 1,000 dead letters again?" in (await shut.client.get(asked)).text
    answer = await shut.send("/dead-letters/replay", await shut.token(asked), topic="raw")
    assert answer.headers["location"] == "/dead-letters?topic=raw&sent=1000"
    assert (len(shut.desk.letters), len(shut.desk.replayed)) == (0, 1000)
    line = next(line for line in capsys.readouterr().out.splitlines() if "dead letters replayed" in line)
    assert "Olaf Operator" in line
    assert "sent=1000" in line


async def test_page_says_what_it_did_not_look_at(console):
    console.desk.window = 300
    page = (await console.client.get("/dead-letters")).text
    assert "The newest 300 by reason" in page
    assert "About 700 older ones were not looked at" in page
    assert "None of the newest dead letters holds" in (await console.client.get("/dead-letters?match=bad-999")).text
    asked = "/dead-letters/confirm?act=replay&topic=raw"
    assert "Send about 1,000 dead letters again?" in (await console.client.get(asked)).text
    assert "Send at least 11 dead letters again?" in (await console.client.get(f"{asked}&match=bad-29")).text


async def test_purge_wants_to_be_confirmed(shut):
    await shut.sign_in("fw_o_secret")
    token = await shut.token("/dead-letters/confirm?act=purge&topic=raw&all=true")
    assert (await shut.send("/dead-letters/purge", token, topic="raw", all="yes")).status_code == 422
    assert len(shut.desk.letters) == 1000
    await shut.send("/dead-letters/purge", token, topic="raw", all="yes", sure="yes")
    assert shut.desk.letters == []


async def test_purge_of_what_was_sent_again_leaves_the_rest(console):
    await console.send("/dead-letters/replay", await console.token("/try"), topic="raw", match="bad-99")
    await console.send("/dead-letters/purge", await console.token("/try"), topic="raw", sure="yes")
    assert len(console.desk.letters) == 1000 - 11
    assert console.desk.replayed == []


async def test_whoever_sits_elsewhere_may_look_at_an_open_console_and_operate_nothing(database):
    console = Console(database, None, address="192.0.2.7")
    assert (await console.client.get("/dead-letters")).status_code == 200
    token = await console.token("/try")
    assert (await console.send("/dead-letters/replay", token, topic="raw")).status_code == 403
    assert len(console.desk.letters) == 1000
    await console.close()


# -- forms


FOREIGN = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": f"{HOME}.evil.example"},
    {"origin": f"{HOME}:81"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)


@pytest.mark.parametrize("headers", FOREIGN)
async def test_form_of_another_site_does_nothing(console, headers):
    token = await console.token("/try")
    fields = {"token": token, "topic": "raw"}
    answer = await console.client.post("/dead-letters/replay", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "Not from here" in answer.text
    assert len(console.desk.letters) == 1000


@pytest.mark.parametrize("path", ["/dead-letters/replay", "/dead-letters/purge", "/dead-letters/replay-one", "/try"])
@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_form_without_this_visitors_token_does_nothing(console, path, token):
    await console.client.get("/try")
    answer = await console.send(path, token, topic="raw", sure="yes", all="yes", place="raw:0:0", text="5 dogs")
    assert answer.status_code == 403
    assert len(console.desk.letters) == 1000


async def test_token_of_one_visitor_is_of_no_use_to_another(database):
    ours, theirs = Console(database, None), Console(database, None)
    stolen = await theirs.token("/try")
    await ours.token("/try")
    assert (await ours.send("/dead-letters/replay", stolen, topic="raw")).status_code == 403
    await ours.close()
    await theirs.close()


async def test_form_that_is_too_long_or_no_form_is_refused(console):
    await console.token("/try")
    for body in (b"text=" + b"x" * FORM_BYTES, b"\xff\xfe", b"&".join([b"a=b"] * 5000)):
        answer = await console.client.post("/try", content=body, headers=FORM)
        assert answer.status_code in (403, 413, 422)


# -- what people write


@pytest.mark.parametrize("path", [*PAGES, "/sign-in", "/nothing-here", "/docs"])
async def test_every_page_lets_a_browser_do_nothing_but_show_it(console, path):
    answer = await console.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert re.search(r"<script(?! src=\"/assets/)|<style|\son\w+=|\sstyle=|javascript:", answer.text) is None


async def test_page_of_an_article_is_kept_in_no_cache(console, database):
    await store_all(database, story("kept"))
    assert (await console.client.get("/articles/kept")).headers["cache-control"] == "no-store"


ATTACKS = (ATTACK, "'\"><svg/onload=alert(1)>", "{{7*7}}", "javascript:alert(1)", "</title><script>alert(1)</script>")


@pytest.mark.parametrize("attack", ATTACKS)
async def test_hostile_text_of_an_article_stays_text_on_every_page(console, database, attack):
    """In the title, the body, the byline, names of entities, sources and speakers, units, addresses and ids."""
    await store_all(database, hostile(attack))
    console.desk.letters = [MemoryLetter("raw:0:0", attack, reason=attack, stage=attack, value=attack, origin=attack)]
    identity = quote("nil:" + attack, safe="")
    paths = ["/", "/claims", "/entities", f"/entities/{identity}", f"/articles/{quote('id ' + attack, safe='')}"]
    paths += ["/dead-letters", "/dead-letters/one?place=raw:0:0", "/dead-letters/confirm?act=replay"]
    for path in paths:
        answer = await console.client.get(path)
        assert answer.status_code == 200, path
        assert_harmless(answer.text, attack)
    assert attack in html.unescape((await console.client.get("/")).text)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_hostile_words_in_an_address_stay_words(console, attack):
    word = quote(attack, safe="")
    filters = f"unit={word}&text={word}&min={word}&kind={word}&role={word}&plot={word}&entity={word}"
    letters = (f"/dead-letters?match={word}", f"/dead-letters/one?place={word}")
    lists = (f"/?q={word}&source={word}&cursor={word}", f"/claims?{filters}", f"/entities?name={word}&type={word}")
    for path in (*lists, *letters, f"/sign-in?next={word}", f"/{word}"):
        answer = await console.client.get(path)
        assert answer.status_code < 500, path
        assert_harmless(answer.text, attack)


async def test_hostile_text_that_is_tried_stays_text(console):
    for attack in ATTACKS:
        answer = await console.send(
            "/try", await console.token("/try"), text=f"It sold 5,000 cars. {attack}", published=""
        )
        assert answer.status_code == 200
        assert_harmless(answer.text, attack)
        assert "5,000 cars" in answer.text


def assert_harmless(page: str, attack: str) -> None:
    assert "<svg/" not in page
    assert "<img" not in page
    assert not re.search(r"<script(?! src=\"/assets/)", page)
    assert not re.search(r"href=\"\s*javascript:", page, re.IGNORECASE)
    assert ">49<" not in page


def hostile(attack: str):
    event = story("id " + attack, title=attack, byline=attack, url=attack, canonical_url=attack, provider=attack)
    source = {"id": "src " + attack, "name": attack, "country": "NO"}
    entities = [one.model_copy(update={"name": attack}) for one in event.entities]
    entities[0] = entities[0].model_copy(update={"entity_id": "nil:" + attack})
    claims = [
        claim.model_copy(
            update={
                "unit": claim.unit.model_copy(update={"code": attack, "label": attack}),
                "rules": (attack,),
                "hedge": attack,
                "kind": "money",
            }
        )
        for claim in event.claims
    ]
    data = event.model_dump(mode="json") | {"source": source}
    data |= {"entities": [one.model_dump(mode="json") for one in entities]}
    data |= {"claims": [one.model_dump(mode="json") for one in claims]}
    data["enrichment"]["warnings"] = [attack]
    return type(event).model_validate(data)


# -- trying a text


async def test_trial_is_limited_in_length_and_rate(console):
    token = await console.token("/try")
    assert (await console.send("/try", token, text="x" * (LONGEST + 1))).status_code in (413, 422)
    assert (await console.send("/try", token, text=" ")).status_code == 422
    assert (await console.send("/try", token, text="5 dogs", published="soon")).status_code == 422
    assert (await console.send("/try", token, text="5 dogs", country="USA")).status_code == 422
    statuses = [
        (await console.send("/try", token, text="It sold 5 cars.", published="")).status_code for _ in range(31)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429


# -- finding


async def test_articles_are_found_by_words_source_language_entity_and_days(console, database):
    older = enriched("older", published_at=NOW - timedelta(days=400), title="Old drones")
    other = story("other", language="nn", source={"id": "other.example", "name": "Other", "country": "NO"})
    await store_all(
        database, older, other, enriched("newest", published_at=NOW - timedelta(days=2), title="New drones")
    )
    for question, found in (
        ("q=harbour", {"other"}),
        ("source=example.org", {"older", "newest"}),
        ("language=nn", {"other"}),
        ("entity=Q20", {"older", "newest"}),
        ("entity=Q20&published_from=2026-03-01", {"newest"}),
        ("published_to=2025-12-31&q=", {"older"}),
        ("published_from=never", {"older", "other", "newest"}),
    ):
        page = (await console.client.get(f"/?{question}")).text
        assert set(re.findall(r'href="/articles/([a-z]+)"', page)) == found, question
    assert "a day looks like 2024-04-12" in page


async def test_claims_page_asks_what_the_api_asks(console, database):
    await store_all(database, story("s"), enriched("e"))
    question = "kind=money&min=1000000&entity=Q9001&role=agent"
    page = (await console.client.get(f"/claims?{question}")).text
    answer = (await console.client.get(f"/v1/claims?{question}", headers={"accept": "application/json"})).json()
    assert [f"#claim-{claim['claim_id']}" in page for claim in answer["data"]] == [True]
    assert page.count("<tr role=") == 2
    exported = re.findall(r'href="(/v1/claims[^"]*format=[a-z]+)"', page)
    assert len(exported) == 3
    csv = await console.client.get(html.unescape(exported[0]))
    assert csv.status_code == 200
    assert len(csv.text.splitlines()) == 2


async def test_inverted_limits_are_told_beside_the_form(console):
    page = (await console.client.get("/claims?min=5&max=1")).text
    assert "the lower limit is above the upper one" in page


async def test_withdrawn_and_embargoed_articles_are_on_no_page(console, database):
    hidden = story("hidden", embargoed_until=datetime(2100, 1, 1, tzinfo=UTC), title="Embargoed harbours")
    await store_all(database, hidden)
    for path in ("/", "/claims", "/entities", "/entities/Q9001", "/articles/hidden"):
        page = (await console.client.get(path)).text
        assert "Embargoed" not in page, path
        assert "Lindqvist" not in page, path


async def test_board_says_what_each_service_says(console):
    page = (await console.client.get("/now")).text
    assert "gateway:8000 does not answer" in page
    assert "database postgres: connection refused" in page
    assert re.search(r"Waiting</dt><dd>12<", page)
    assert re.search(r"Oldest of them</dt><dd>3.5 s<", page)
    assert re.search(r"From gateway to row</dt><dd>0.5 s<", page)
    assert "schema 2" in page


async def test_database_that_is_away_is_a_page_that_says_so():
    console = Console("postgresql://nobody:x@127.0.0.1:1/nothing", None)
    answer = await console.client.get("/")
    assert answer.status_code == 503
    assert "Something is away" in answer.text
    await console.close()


# -- names where a filter takes an id


async def test_name_stands_for_its_id_in_a_filter(console, database):
    await store_all(database, story("s"), enriched("e"))
    by_name = html.unescape((await console.client.get("/claims?entity=norland")).text)
    assert "Norland (Q9001)" in by_name
    assert "/v1/claims?entity=Q9001&format=csv" in by_name
    assert html.unescape((await console.client.get("/claims?entity=Q9001")).text).count("<tr role=") == by_name.count(
        "<tr role="
    )
    assert "Articles that name Norland (Q9001)" in (await console.client.get("/?entity=Norland")).text


async def test_namesakes_are_offered_and_unknown_names_told(console, database):
    other = story("t", entities=[e.model_copy(update={"entity_id": "Q77"}) for e in story().entities[:1]], claims=[])
    name = other.entities[0].name
    await store_all(database, story("s"), story("u"), other)
    page = html.unescape((await console.client.get("/claims", params={"entity": name})).text)
    assert "Also of that name" in page
    assert "entity=Q77" in page
    assert "no article names “Nobody”" in (await console.client.get("/claims?entity=Nobody")).text


async def test_entities_begin_with_those_that_are_named_most(console, database):
    await store_all(database, story("s"), story("t"), enriched("e"))
    page = (await console.client.get("/entities")).text
    assert "Most named in the newest" in page
    assert "Most named" not in (await console.client.get("/entities?name=nor")).text


async def test_kind_that_is_none_is_told_beside_the_form(console):
    assert "there is none called mony" in (await console.client.get("/claims?kind=mony")).text
