"""What is signed, by whom, and what of it decides whether a deliverable is made anew."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from pipeline.batches.batch import planned_batch
from pipeline.batches.order import BatchOrder
from pipeline.decisions.asking import Asked, propose
from pipeline.decisions.shots import Meant
from pipeline.delivery.deliver import digests_of
from pipeline.orchestration.run import refuse_early
from pipeline.provenance import signer, signing
from pipeline.provenance.signer import OWN, signer_of
from pipeline.provenance.signing import read, sign
from pipeline.provenance.statement import Source, StatedPerformance, StatedShot, Statement
from pipeline.provenance.verify import Verdict, verify
from pipeline.settings import Signing, load_settings
from storyboard.errors import AssemblyError, UsageError
from storyboard.schema.deliverables import Deliverable, DeliverableKind
from tests.support.pipeline.decided_films import Folder
from tests.support.pipeline.signed_films import Delivered, made_of
from tests.support.pipeline.slate_films import six_slates, write_film


def test_of_two_processes_that_make_a_machine_s_certificate_at_once_one_stands(tmp_path, monkeypatch):
    make, signing = signer._made, Signing(home=tmp_path)
    stands = []

    def while_another_does():
        monkeypatch.undo()
        stands.append(signer_of(signing))
        return make()

    monkeypatch.setattr(signer, "_made", while_another_does)
    assert [signer_of(signing)] == stands
    assert (tmp_path / OWN).stat().st_mode & 0o777 == 0o600


MODEL = StatedShot(
    shot="1A",
    first=0,
    frames=24,
    take="a" * 64,
    backend="diffusion",
    backend_version=3,
    source=Source.MODEL,
    model="Wan-AI/Wan2.1-T2V-1.3B-Diffusers",
    model_digest="0fad780a534b6463e45facd96134c9f345acfa5b",
    changed=("seed", "words"),
    performance=StatedPerformance(sha256="b" * 64, consent="Ada Lovelace, by letter, 2026-11-01"),
)
SAID = Statement(shotfarm="0.1.0", film="[red]The Lamp[/]", kind="poster", rate="24", shots=(MODEL,))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "poster.png"
    Image.new("RGB", (64, 36), "navy").save(path)
    return path


def claim_of(path: Path, mime: str) -> dict[str, Any]:
    """What C2PA's own reader tells of a file."""
    with path.open("rb") as file, c2pa.Reader(mime, file) as reader:
        told = json.loads(reader.json())
    return told["manifests"][told["active_manifest"]]


def of_home(home: Path) -> Signing:
    return Signing(home)


def test_models_performances_and_retakes_are_in_the_claim(picture, tmp_path):
    sign(picture, SAID, signer_of(of_home(tmp_path)))
    found = read(picture)
    assert found.statement == SAID
    assert not found.failures
    claim = claim_of(picture, "image/png")
    shot, performance = claim["ingredients"]
    known = shot["metadata"]["shotfarm.take"]
    assert (known["model"], known["model_digest"]) == (MODEL.model, MODEL.model_digest)
    assert known["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert (shot["relationship"], performance["relationship"]) == ("componentOf", "inputTo")
    told = performance["metadata"]["shotfarm.performance"]
    assert told["consent"] == "Ada Lovelace, by letter, 2026-11-01"
    assert told["digitalSourceType"].endswith("/digitalCapture")
    actions = next(one["data"]["actions"] for one in claim["assertions"] if "actions" in one["label"])
    assert actions[0]["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert actions[-1]["action"] == "c2pa.edited"
    assert actions[-1]["description"] == "shot 1A was made again as a person asked for it: seed, words"


def test_what_a_retake_asked_for_is_named_and_its_words_are_not(delivered, tmp_path):
    shutil.copytree(delivered.film.path, tmp_path / "film")
    film = Folder(tmp_path / "film")
    propose(Meant.of(film.open(), "2B"), Asked(seed=77, add_prompt="a secret of the studio")).ask("ada")
    film.render()
    (web,) = made_of(film, "web", tmp_path / "out").files
    shot = next(one for one in verify(web).statement.shots if one.shot == "2B")
    assert sorted(shot.changed) == ["seed", "words"]
    assert b"secret of the studio" not in web.read_bytes()


def test_a_machine_s_own_certificate_is_its_owner_s_alone_and_made_once(tmp_path):
    first = signer_of(of_home(tmp_path / "home"))
    assert first == signer_of(of_home(tmp_path / "home"))
    assert first.self_made
    assert (tmp_path / "home" / OWN).stat().st_mode & 0o077 == 0
    assert b"PRIVATE" not in first.certificates
    assert signer_of(of_home(tmp_path / "other")) != first


def studio(folder: Path, key: Any, name: str = "Lamp Studios") -> tuple[Path, Path]:
    """A certificate in a studio's name, vouched for by another of its own, and its key."""
    folder.mkdir(exist_ok=True)
    root = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    chain = b""
    for number, one in enumerate((key, root)):
        names = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, "films" if number == 0 else "root"),
        ]
        issuer = x509.Name([names[0], x509.NameAttribute(NameOID.COMMON_NAME, "root")])
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
             "decipher_only", "crl_sign"), False,
        ) | {"digital_signature": number == 0, "key_cert_sign": number == 1}  # fmt: skip
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(names))
            .issuer_name(issuer)
            .public_key(one.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=9))
            .add_extension(x509.BasicConstraints(number == 1, None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(one.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False
            )
        )
        if number == 0:
            mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            built = built.add_extension(mail, critical=False)
        chain += built.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    files = folder / "films.pem", folder / "films.key"
    files[0].write_bytes(chain)
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, none))
    return files


@pytest.mark.parametrize(
    "make",
    [
        lambda: ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate,
        lambda: rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-384", "Ed25519", "RSA"],
)
def test_a_studio_s_own_certificate_signs_with_any_key_that_c2pa_takes(picture, tmp_path, make):
    certificate, key = studio(tmp_path / "studio", make())
    signer = signer_of(Signing(tmp_path, certificate, key))
    assert not signer.self_made
    sign(picture, SAID, signer)
    found = verify(picture)
    assert found.verdict is Verdict.AS_SIGNED
    assert found.signer == "films, Lamp Studios"


def test_a_certificate_or_a_key_that_cannot_sign_is_refused(tmp_path):
    certificate, key = studio(tmp_path / "one", ec.generate_private_key(ec.SECP256R1()))
    _, other = studio(tmp_path / "other", ec.generate_private_key(ec.SECP256R1()))
    words = tmp_path / "words.pem"
    words.write_text("words")
    for given, why in [
        (Signing(tmp_path, certificate, None), "signs with its key"),
        (Signing(tmp_path, certificate, other), "is not the key of the first certificate"),
        (Signing(tmp_path, certificate, words), "is no PEM"),
        (Signing(tmp_path, words, key), "is no PEM"),
        (Signing(tmp_path, tmp_path / "none.pem", key), "cannot be read"),
        (
            Signing(tmp_path, *studio(tmp_path / "dsa", dsa.generate_private_key(2048))),
            "no signature of such",
        ),
    ]:
        with pytest.raises(UsageError, match=why):
            signer_of(given)


def test_a_certificate_that_cannot_sign_is_refused_before_anything_renders(tmp_path):
    film = six_slates() | {"deliverables": {"web": {"kind": "web"}}}
    folder = write_film(tmp_path / "film", film)
    settings = load_settings(home=tmp_path / "home", backend="slate", signing_key=tmp_path / "films.key")
    with pytest.raises(UsageError, match="signs with its key"):
        refuse_early(folder, settings, [], None)
    slate = tmp_path / "slate.yaml"
    slate.write_text("productions: [{film: film, backend: slate}]")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOTFARM_SIGNING_KEY", str(tmp_path / "films.key"))
        with pytest.raises(UsageError, match="signs with its key"):
            planned_batch(BatchOrder(slate=str(slate)))


def test_a_studio_s_certificate_makes_deliverables_anew_and_a_machine_s_own_does_not(delivered, tmp_path):
    production = delivered.film.open()
    material = production.material(production.plan())
    wanted = {"web": Deliverable(kind=DeliverableKind.WEB)}

    def called(signing: Signing | None) -> str:
        return digests_of(replace(material, signing=signing), production.store, wanted)["web"]

    here, there = called(of_home(tmp_path / "a")), called(of_home(tmp_path / "b"))
    own = called(Signing(tmp_path, *studio(tmp_path / "studio", ec.generate_private_key(ec.SECP256R1()))))
    assert here == there
    assert len({here, own, called(None)}) == 3


@pytest.mark.parametrize(
    ("kind", "settings", "why"),
    [
        ("poster", {"sign": False}, "SHOTFARM_SIGN is off"),
        ("frames", {}, "each frame is a file of its own"),
        ("hls", {}, "signs none of that kind"),
    ],
)
def test_what_is_not_signed_says_why(delivered: Delivered, tmp_path, kind, settings, why):
    made = made_of(delivered.film, kind, tmp_path, **settings)
    assert made.error is None
    said = json.loads((made.folder / "report.json").read_text())["says_how_it_was_made"]
    assert said["signed"] == []
    assert why in said["why_not"]


def test_what_another_program_has_signed_is_verified_and_has_no_shots(picture, tmp_path):
    signer = signer_of(of_home(tmp_path))
    key = c2pa.C2paSignerInfo(
        alg=b"es256", sign_cert=signer.certificates, private_key=signer.key, ta_url=None
    )
    action = {"action": "c2pa.created", "digitalSourceType": Source.RECORDED.url}
    claim = {
        "claim_generator_info": [{"name": "a camera", "version": "2"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }
    out = tmp_path / "camera.png"
    with picture.open("rb") as source, out.open("w+b") as target:
        c2pa.Builder.from_json(json.dumps(claim)).sign(
            c2pa.Signer.from_info(key), "image/png", source, target
        )
    found = verify(out, lambda _: True)
    assert (found.verdict, found.statement, found.takes) == (Verdict.AS_SIGNED, None, None)
    assert found.generator == "a camera 2"
    hostile = {
        **claim,
        "assertions": [
            *claim["assertions"],
            {"label": "shotfarm.film", "kind": "Json", "data": {"shots": [{"first": -1}]}},
        ],
    }
    with picture.open("rb") as source, out.open("w+b") as target:
        c2pa.Builder.from_json(json.dumps(hostile)).sign(
            c2pa.Signer.from_info(key), "image/png", source, target
        )
    with pytest.raises(AssemblyError, match="does not read"):
        verify(out)


def test_a_film_of_more_than_a_thousand_shots_is_signed(picture, tmp_path):
    plain = MODEL.model_copy(update={"changed": (), "performance": None})
    shots = tuple(plain.model_copy(update={"shot": f"{number}A"}) for number in range(1300))
    said = SAID.model_copy(update={"shots": shots})
    sign(picture, said, signer_of(of_home(tmp_path)), validated=False)  # it is read back, or that is refused
    assert sum(path.stat().st_size for path in tmp_path.glob("*.png")) > 1_000_000


def test_what_another_statement_than_the_signed_one_is_found_in_is_refused(picture, tmp_path, monkeypatch):
    other = SAID.model_copy(update={"film": "Another"})
    real = signing.manifest_of
    monkeypatch.setattr(signing, "manifest_of", lambda _, mime: real(other, mime))
    before = picture.read_bytes()
    for validated in (True, False):
        with pytest.raises(AssemblyError, match="another statement is there"):
            sign(picture, SAID, signer_of(of_home(tmp_path)), validated=validated)
    assert picture.read_bytes() == before
