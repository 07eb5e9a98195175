//! Owns the sheet that tells an e-sign platform where the parties of a document sign,
//! in a neutral form and in those of two platforms. May import `fields`, `frames`,
//! `typeset` and everything below `render`.
//!
//! The names and units of e签宝 are those of its Java SDK (`PosBean`, `SignType`:
//! <https://open.esign.cn/doc/opendoc/paas_sdk/kc2w63>), those of 腾讯电子签 of its API
//! 2020-11-11 (`Component`: <https://cloud.tencent.com/document/product/1323/70369>).

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::fields::{Place, PlaceKind, form_fields, places};
use super::frames::PageText;
use super::typeset::Typeset;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::view::{DocumentView, SignatureView};

/// For whom the sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EsignPlatform {
    /// Any: places from the top left of the page
    Neutral,
    /// e签宝
    EsignCn,
    /// 腾讯电子签
    Tencent,
}

/// Where the parties of a document sign.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EsignSheet {
    /// Version of this format: 1
    pub version: u32,
    /// For whom it is written
    pub platform: EsignPlatform,
    /// The document
    pub document: SignedDocument,
    /// The parties in the order of the document, each in the platform's own form
    pub signers: Vec<Signer>,
}

/// The document that is signed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SignedDocument {
    /// The name of the PDF, which is in the same folder
    pub file: String,
    /// SHA-256 of the PDF: places hold for this file and no other
    pub sha256: String,
    /// Id of the role
    pub role: String,
    /// Language of the document, or both: zh-CN, en, zh-CN+en
    pub edition: String,
    /// Version of the role
    #[serde(skip_serializing_if = "String::is_empty")]
    pub role_version: String,
    /// SHA-256 of the role's content
    pub content_hash: String,
    /// Width and height of each page, in points of 1/72 inch
    pub pages: Vec<PageSize>,
}

/// The size of a page, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct PageSize {
    /// Width
    pub width: f64,
    /// Height
    pub height: f64,
}

/// A party, and where it signs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Signer {
    /// The party: prepared, reviewed, approved, hr, job_holder, supervisor or organization
    pub party: String,
    /// What the document calls it
    pub label: String,
    /// The signer's name, where the document says it
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where it signs
    #[serde(flatten)]
    pub places: SignerPlaces,
}

/// Where a party signs, in a platform's form.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum SignerPlaces {
    /// In the neutral form
    Neutral(Box<NeutralPlaces>),
    /// As e签宝 has it: the arguments of one call each
    EsignCn {
        /// One for the signature and one for the seal
        signatures: Vec<EsignCnSignature>,
    },
    /// As 腾讯电子签 has it
    Tencent {
        /// The controls of this approver
        #[serde(rename = "SignComponents")]
        sign_components: Vec<TencentComponent>,
    },
}

/// Where a party signs. Lengths are in points, from the top left of the page, to the
/// right and down.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NeutralPlaces {
    /// pt: 1/72 inch
    pub unit: &'static str,
    /// top_left: of the page
    pub origin: &'static str,
    /// The name of the signature field in the PDF; none if that has no form fields
    pub field: Option<String>,
    /// Where the signature goes
    pub signature: Option<Area>,
    /// Where the name is written, if it is not printed
    pub name_area: Option<Area>,
    /// Where the date is written
    pub date: Option<Area>,
    /// Where the seal goes
    pub seal: Option<Area>,
    /// Whose seal it is
    pub seal_kind: SealKind,
    /// Words that stand in the document exactly once, at the head of the signature
    /// block; none if its label stands elsewhere too
    pub keyword: Option<Keyword>,
}

/// Whose seal a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SealKind {
    /// Nobody's
    None,
    /// The organization's
    Organization,
}

/// Words by which a place is found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Keyword {
    /// The words
    pub text: String,
    /// The page, from 1
    pub page: usize,
    /// Where they begin
    pub x: f64,
    /// Their baseline
    pub baseline: f64,
}

/// A rectangle on a page, in points from its top left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Area {
    /// The page, from 1
    pub page: usize,
    /// Distance of the left edge
    pub x: f64,
    /// Distance of the upper edge
    pub y: f64,
    /// Width
    pub width: f64,
    /// Height
    pub height: f64,
}

/// One signature of e签宝.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EsignCnSignature {
    /// What it is: signature or seal
    pub purpose: &'static str,
    /// Single: on one page
    pub sign_type: &'static str,
    /// Where the middle of the signature or seal is
    pub pos_bean: PosBean,
}

/// A place of e签宝: in points, from the bottom left of the page, of the middle.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PosBean {
    /// 0: by coordinates
    pub pos_type: u8,
    /// The page, from 1
    pub pos_page: String,
    /// Distance from the left edge
    pub pos_x: f64,
    /// Distance from the lower edge
    pub pos_y: f64,
    /// Width that it is shown in
    pub width: f64,
    /// Words that stand there exactly once, for a call by keyword (signType Key, posType 1)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A control of 腾讯电子签: in points, from the top left of the page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TencentComponent {
    /// SIGN_SIGNATURE, SIGN_SEAL or SIGN_DATE
    pub component_type: &'static str,
    /// Unique in the document
    pub component_id: String,
    /// The same
    pub component_name: String,
    /// NORMAL: by coordinates
    pub generate_mode: &'static str,
    /// 0: the only file
    pub file_index: u8,
    /// The page, from 1
    pub component_page: usize,
    /// Distance of the left edge
    pub component_pos_x: f64,
    /// Distance of the upper edge
    pub component_pos_y: f64,
    /// Width
    pub component_width: f64,
    /// Height
    pub component_height: f64,
}

/// The sheet of a document, and a warning for the parties that no words find.
pub(super) fn sheet(
    typeset: &Typeset<'_>,
    view: &DocumentView,
    file: &str,
    pdf: &[u8],
    platform: EsignPlatform,
) -> (EsignSheet, Option<Diagnostic>) {
    let text = PageText::of(&typeset.document);
    let places = places(typeset);
    let pages: Vec<PageSize> = typeset
        .document
        .pages()
        .iter()
        .map(|page| page.frame.size())
        .map(|size| PageSize { width: hundredths(size.x.to_pt()), height: hundredths(size.y.to_pt()) })
        .collect();
    let fields = form_fields(view);
    let mut lost = Vec::new();
    let mut signers = Vec::new();
    for (index, block) in view.signature_blocks().iter().enumerate() {
        let of_block = places.iter().filter(|place| place.block == index);
        let area = |kind| of_block.clone().find(|place| place.kind == kind).map(area);
        let signature_field = format!("sign/{index}");
        let field = fields.iter().find(|field| field.address == signature_field);
        let field = field.filter(|field| typeset.asks_for(&field.address));
        let keyword = keyword(block, &text);
        if keyword.is_none() {
            lost.push(block.label.to_plain());
        }
        let seal = area(PlaceKind::Seal);
        let neutral = NeutralPlaces {
            unit: "pt",
            origin: "top_left",
            field: field.map(|field| field.name.clone()),
            signature: area(PlaceKind::Signature),
            name_area: area(PlaceKind::Name),
            date: area(PlaceKind::Date),
            seal,
            seal_kind: if seal.is_some() { SealKind::Organization } else { SealKind::None },
            keyword,
        };
        signers.push(Signer {
            party: block.party.to_string(),
            label: block.label.to_plain(),
            name: block.name.to_plain(),
            places: match platform {
                EsignPlatform::Neutral => SignerPlaces::Neutral(Box::new(neutral)),
                EsignPlatform::EsignCn => esign_cn(&neutral, &pages),
                EsignPlatform::Tencent => tencent(&neutral, index + 1),
            },
        });
    }
    let document = SignedDocument {
        file: file.to_string(),
        sha256: HEXLOWER.encode(&Sha256::digest(pdf)),
        role: view.id.clone(),
        edition: view.edition.clone(),
        role_version: view.document_version.clone(),
        content_hash: view.content_hash.clone(),
        pages,
    };
    let finding = (!lost.is_empty()).then(|| not_unique(view, &lost));
    (EsignSheet { version: 1, platform, document, signers }, finding)
}

/// The words at the head of a signature block, if they stand nowhere else.
fn keyword(block: &SignatureView, text: &PageText) -> Option<Keyword> {
    let words = block.label.to_plain();
    let found = text.find_once(&words)?;
    let (x, baseline) = (hundredths(found.x), hundredths(found.baseline));
    Some(Keyword { text: words, page: found.page, x, baseline })
}

fn not_unique(view: &DocumentView, lost: &[String]) -> Diagnostic {
    let names = lost.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ");
    let message = Message::new(
        format!(
            "{} {}: no keyword for {names}, whose words stand elsewhere in the document too",
            view.id, view.edition
        ),
        format!("{} {}：{names} 在文中不止出现一次，不能作为签署关键字", view.id, view.edition),
    );
    Diagnostic::warning(Code::AmbiguousKeyword, message).pointer("/sign_off/blocks").hint(
        "the places by coordinates are exact; for a keyword, give the block a `label` of its own",
        "坐标定位不受影响；若需按关键字定位，请为该签署栏另写名目（label）",
    )
}

fn esign_cn(neutral: &NeutralPlaces, pages: &[PageSize]) -> SignerPlaces {
    let key = neutral.keyword.as_ref().map(|keyword| keyword.text.clone());
    let one = |purpose, area: Area, key| EsignCnSignature {
        purpose,
        sign_type: "Single",
        pos_bean: PosBean {
            pos_type: 0,
            pos_page: area.page.to_string(),
            pos_x: hundredths(area.x + area.width / 2.0),
            pos_y: hundredths(pages[area.page - 1].height - area.y - area.height / 2.0),
            width: area.width,
            key,
        },
    };
    let signature = neutral.signature.map(|area| one("signature", area, key));
    let seal = neutral.seal.map(|area| one("seal", area, None));
    SignerPlaces::EsignCn { signatures: signature.into_iter().chain(seal).collect() }
}

fn tencent(neutral: &NeutralPlaces, number: usize) -> SignerPlaces {
    let kinds = [
        ("SIGN_SIGNATURE", "signature", neutral.signature),
        ("SIGN_DATE", "date", neutral.date),
        ("SIGN_SEAL", "seal", neutral.seal),
    ];
    let component = |(component_type, name, area): (&'static str, &str, Option<Area>)| {
        let area = area?;
        Some(TencentComponent {
            component_type,
            component_id: format!("{name}_{number}"),
            component_name: format!("{name}_{number}"),
            generate_mode: "NORMAL",
            file_index: 0,
            component_page: area.page,
            component_pos_x: area.x,
            component_pos_y: area.y,
            component_width: area.width,
            component_height: area.height,
        })
    };
    SignerPlaces::Tencent { sign_components: kinds.into_iter().filter_map(component).collect() }
}

fn area(place: &Place) -> Area {
    Area {
        page: place.page,
        x: hundredths(place.x),
        y: hundredths(place.y),
        width: hundredths(place.width),
        height: hundredths(place.height),
    }
}

/// To a hundredth of a point, which is a three-hundredth of a millimetre.
fn hundredths(length: f64) -> f64 {
    (length * 100.0).round() / 100.0
}

/// JSON Schema of the sheet.
pub fn esign_schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<EsignSheet>();
    schema.insert("title".into(), "rolebook esign.json".into());
    schema.to_value()
}
