#!/usr/bin/env python3
"""Holds PDFs of rolebook against checkers that share no code with it.

    check.py ROLEBOOK DATA

builds roles of the sample library in every theme and language and asks:

- page-validation: PDF/UA-1 and PDF/A-3a, before anybody signs;
- pikepdf (qpdf): is the file sound, and is every field tagged;
- pyHanko: signs every field, in the order of the document and in the other one, after
  the name and date of each signer were filled in; every signature must hold at the end,
  and what is drawn for it must be inside its box;
- pikepdf: a book's tags, numbers and names hold together;
- the organization chart and the authority matrix conform as well;
- a changed byte must break the signatures, and a signature locks what its block says.

The first line of what is wrong ends it, with status 1.
"""

import datetime
import io
import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile

import page
import pikepdf
from asn1crypto import keys, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.disable(logging.CRITICAL)

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)


def fail(message):
    sys.exit(f"tests/pdf: {message}")


def certificate(name, issuer=None):
    """A key, and a certificate for it that the root signs; the root, if none is given."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    usage = dict.fromkeys(["key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"], False)
    root = issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if root else issuer[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not root, content_commitment=not root, key_cert_sign=root, crl_sign=root, **usage), critical=True)
    )
    return builder.sign(key if root else issuer[1], hashes.SHA256()), key


def asn1(cert):
    return asn1_x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))


ROOT = certificate("Root")


def signer(name):
    cert, key = certificate(name, ROOT)
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register(asn1(ROOT[0]))
    return signers.SimpleSigner(asn1(cert), keys.PrivateKeyInfo.load(private), store)


SIGNERS = [signer(f"Signer {number}") for number in range(1, 6)]


def conforms(path):
    for profile in PROFILES:
        report = page.validate_pdf(str(path), profile=profile)
        for found in report.failures:
            fail(f"{path} does not conform to {profile.name}: {found.rule_id}: {found.message}")


def sound(path):
    """qpdf finds no fault; the names of the signature fields come back."""
    with pikepdf.open(path) as pdf:
        faults = pdf.check_pdf_syntax()
        if faults:
            fail(f"{path}: {faults[0]}")
        if "/AcroForm" not in pdf.Root:
            return []
        form = pdf.Root.AcroForm
        if "/NeedAppearances" in form or form.get("/SigFlags") != 1:
            fail(f"{path}: the form is not as PDF/A wants it")
        tagged = set()

        def walk(element):
            if isinstance(element, pikepdf.Array):
                for kid in element:
                    walk(kid)
            elif isinstance(element, pikepdf.Dictionary):
                kids = element.get("/K")
                if element.get("/S") == "/Form":
                    tagged.add(kids.Obj.objgen)
                elif kids is not None:
                    walk(kids)

        walk(pdf.Root.StructTreeRoot.K)
        for field in form.Fields:
            if field.objgen not in tagged:
                fail(f"{path}: {field.T} has no place in the tags")
        return [str(field.T) for field in form.Fields if field.FT == "/Sig"]


def fill_in(data, names):
    """Types into these fields, as a viewer does: a value and how it looks."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    for field in writer.root["/AcroForm"]["/Fields"]:
        dictionary = field.get_object()
        if dictionary["/T"] in names:
            left, lower, right, upper = (float(side) for side in dictionary["/Rect"])
            look = generic.StreamObject(
                {
                    generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
                    generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
                    generic.pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, [0, 0, right - left, upper - lower])),
                    generic.pdf_name("/Resources"): writer.root["/AcroForm"]["/DR"],
                },
                stream_data=b"/Tx BMC q BT /RolebookSans 10 Tf 0 g 2 4 Td (2026-11-24) Tj ET Q EMC",
            )
            dictionary[generic.pdf_name("/V")] = generic.pdf_string("2026-11-24")
            dictionary[generic.pdf_name("/AP")] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(look)})
            writer.mark_update(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def sign(data, name, by):
    out = io.BytesIO()
    metadata = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), metadata, signer=by, existing_fields_only=True, output=out)
    return out.getvalue()


def states(data):
    reader = PdfFileReader(io.BytesIO(data))
    context = ValidationContext(trust_roots=[asn1(ROOT[0])], allow_fetching=False, revocation_mode="soft-fail")
    return {found.field_name: validate_pdf_signature(found, context) for found in reader.embedded_signatures}


def inside(path, data):
    """What is drawn for a signature is as large as its box."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if field.FT != "/Sig":
                continue
            box = [float(side) for side in field.Rect]
            drawn = [float(side) for side in field.AP.N.BBox]
            if drawn[2] - drawn[0] > box[2] - box[0] + 0.01 or drawn[3] - drawn[1] > box[3] - box[1] + 0.01:
                fail(f"{path}: {field.T} is drawn outside its box")


def signs(path, order):
    data = path.read_bytes()
    for number, name in enumerate(order):
        own = name.split("_", 1)[1]
        data = fill_in(data, {f"name_{own}", f"date_{own}"})
        data = sign(data, name, SIGNERS[number % len(SIGNERS)])
    found = states(data)
    for name in order:
        state = found.get(name)
        if state is None or not state.bottom_line:
            fail(f"{path}, signed in the order {order}: {name} does not hold: {state and state.summary()}")
    inside(path, data)
    changed = bytearray(data)
    changed[re.search(rb"stream\r?\n", data).end() + 3] ^= 1
    try:
        holds = any(state.bottom_line for state in states(bytes(changed)).values())
    except Exception:
        holds = False
    if holds:
        fail(f"{path}: a changed byte goes unnoticed")
    return len(order)


def locks(path):
    """The signature takes over what its field says of locking. (That a locked field cannot
    be changed is not asked of pyHanko 0.38: it takes the appearance that such a field had
    all along for a change, as soon as anything else changes.)"""
    name, *others = fields_of(path)
    own = name.split("_", 1)[1]
    data = path.read_bytes()
    for number, field in enumerate([name, *others]):
        data = sign(data, field, SIGNERS[number])
    by_name = {found.field_name: found.fieldmdp for found in PdfFileReader(io.BytesIO(data)).embedded_signatures}
    locked = by_name.pop(name)
    if locked is None or locked.fields != [f"name_{own}", f"date_{own}"]:
        fail(f"{path}: {name} locks {locked and locked.fields}")
    if any(by_name.values()):
        fail(f"{path}: a signature locks without being asked")


def bound(path):
    """A book is sound, and everything that its trees of tags, numbers and names say holds:
    each piece of marked content is in the tags once, and leads back to its element."""
    if sound(path):
        fail(f"{path} has signature fields")
    with pikepdf.open(path) as pdf:
        root = pdf.Root.StructTreeRoot

        def leaves(node, key):
            if "/Kids" in node:
                before = None
                for kid in node.Kids:
                    least, greatest = (int(it) if isinstance(it, int) else bytes(it) for it in kid.Limits)
                    if before is not None and not before < least:
                        fail(f"{path}: a tree is not in order at {least}")
                    before = greatest
                    yield from leaves(kid, key)
            else:
                entries = list(node[key])
                yield from zip(entries[::2], entries[1::2])

        by_key = {int(number): value for number, value in leaves(root.ParentTree, "/Nums")}
        names = [bytes(name) for name, _ in leaves(root.IDTree, "/Names")] if "/IDTree" in root else []
        if names != sorted(set(names)):
            fail(f"{path}: two elements have one name")
        pages = {page.objgen: page for page in pdf.pages}
        marked = {}
        open_ = [(root.K, None)]
        while open_:
            element, above = open_.pop()
            if isinstance(element, pikepdf.Array):
                open_ += [(kid, above) for kid in element]
                continue
            if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
                continue
            if above is not None and element.P.objgen != above.objgen:
                fail(f"{path}: an element does not know the one above it")
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, int):
                    marked.setdefault((element.Pg.objgen, kid), []).append(element.objgen)
                elif kid.get("/Type") == "/MCR":
                    marked.setdefault((kid.Pg.objgen, kid.MCID), []).append(element.objgen)
                elif kid.get("/Type") == "/OBJR":
                    if by_key[kid.Obj.StructParent].objgen != element.objgen:
                        fail(f"{path}: a link does not lead back to its element")
                else:
                    open_.append((kid, element))
        for objgen, page in pages.items():
            for number, element in enumerate(by_key[page.StructParents]):
                if marked.pop((objgen, number), None) != [element.objgen]:
                    fail(f"{path}: content {number} of a page is not in the tags once")
        if marked:
            fail(f"{path}: the tags name content that is not there")
        count = sum(1 for _ in leaves({"/Nums": pdf.Root.PageLabels.Nums}, "/Nums"))
        if count != 2:
            fail(f"{path}: there are {count} runs of page labels")


def fields_of(path):
    with open(path, "rb") as file:
        return [name for name, _, _ in fields.enumerate_sig_fields(PdfFileReader(file), filled_status=False)]


def main():
    rolebook, data = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def build(library, out, *arguments):
            command = [rolebook, "build", str(library), "--format", "pdf", "--no-system-fonts", "--out", str(folder / out), *arguments]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            return sorted((folder / out).glob("**/*.pdf"))

        files = []
        for theme in ("form", "outline", "agreement", "dossier"):
            files += build(data, theme, "--theme", theme, "--lang", "zh-CN", "--role", "power-company-manager")
        files += build(data, "en", "--lang", "en", "--role", "sales-manager")
        files += build(data, "pair", "--lang", "zh-CN+en", "--role", "power-company-manager")
        signed = 0
        for path in files:
            conforms(path)
            names = sound(path)
            if not names:
                fail(f"{path} has no signature fields")
            signed += signs(path, names) + signs(path, names[::-1])
        for path in build(data, "bare", "--no-fields", "--role", "sales-manager"):
            conforms(path)
            if sound(path):
                fail(f"{path} has signature fields in spite of --no-fields")
        books = 0
        for edition, theme in (("zh-CN", "form"), ("en", "dossier"), ("zh-CN+en", "agreement")):
            path = folder / f"book-{edition}.pdf"
            command = [rolebook, "book", data, "--no-system-fonts", "--lang", edition, "--theme", theme, "--out", str(path)]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            conforms(path)
            bound(path)
            books += 1
        for command in ("org-chart", "authority-matrix"):
            for language in ("zh-CN", "en"):
                path = folder / f"{command}-{language}.pdf"
                arguments = [rolebook, command, str(data), "--no-system-fonts", "--lang", language, "--out", str(path)]
                subprocess.run(arguments, check=True, stderr=subprocess.DEVNULL)
                conforms(path)
                sound(path)
        library = folder / "locks"
        (library / "roles").mkdir(parents=True)
        (library / "rolebook.json").write_text('{"languages": ["en"]}')
        blocks = [{"party": "job_holder", "lock": "own"}, {"party": "hr"}]
        (library / "roles/a.json").write_text(json.dumps({"title": "A", "sign_off": {"blocks": blocks}}))
        locks(build(library, "locked")[0])
        print(f"tests/pdf: {len(files)} PDFs and {books} books conform, {signed} signatures hold")


main()
