//! Owns the binding of PDFs that Typst wrote into one, with their tags, outlines and
//! links: objects get new numbers, pages their numbers, equal resources stand once. May
//! import `file_writer`, `pdf_file`, `recode`, `typed_font` and `united_font`.
//!
//! Each PDF is opened and rewritten for itself, which threads can do side by side; what
//! depends on the order, numbers and codes, is planned in between.

use std::collections::{BTreeMap, HashMap};

use pdf_writer::{Finish, Name, Ref, Settings, TextStr};
use sha2::{Digest, Sha256};

use super::file_writer::{END_OF_STREAM, FileWriter, deflate, object_of, stream_body};
use super::pdf_file::{
    PdfFile, entry, leading_number, place_of_entry, reference, stream, stream_parts, token,
};
use super::recode::{hex_of, recode, string_bytes};
use super::typed_font::{FONT_NAME, typed_font, typed_map, typed_width};
use super::united_font::{Subset, UnitedFonts};

/// The scheme of the addresses by which templates link to a part of a book. No text of a
/// role can have it, since links of unknown schemes are dropped.
pub(super) const SCHEME: &str = "rolebook-book:";

/// A place on a page for its number, in points from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FolioPlace {
    /// The page in its PDF, from 0.
    pub(super) page: usize,
    /// The middle of the number.
    pub(super) x: f64,
    /// Its baseline.
    pub(super) baseline: f64,
    /// The size of its type.
    pub(super) size: f64,
    /// Red, green and blue, from 0 to 1.
    pub(super) color: [f32; 3],
}

/// How pages are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numerals {
    /// i, ii, iii: what stands before the text.
    Roman,
    /// 1, 2, 3.
    Arabic,
}

impl Numerals {
    /// A page's number.
    pub(super) fn write(self, number: usize) -> String {
        match self {
            Self::Arabic => number.to_string(),
            Self::Roman => {
                const SIGNS: [(usize, &str); 13] = [
                    (1000, "m"),
                    (900, "cm"),
                    (500, "d"),
                    (400, "cd"),
                    (100, "c"),
                    (90, "xc"),
                    (50, "l"),
                    (40, "xl"),
                    (10, "x"),
                    (9, "ix"),
                    (5, "v"),
                    (4, "iv"),
                    (1, "i"),
                ];
                let (mut rest, mut written) = (number, String::new());
                for (value, sign) in SIGNS {
                    written.push_str(&sign.repeat(rest / value));
                    rest %= value;
                }
                written
            }
        }
    }
}

/// A PDF that is to become a part of a book, taken apart.
pub(super) struct Opened<'a> {
    file: PdfFile<'a>,
    folios: Vec<FolioPlace>,
    catalog: usize,
    /// The root of the page tree, and the pages.
    tree: usize,
    pages: Vec<usize>,
    /// Which page an object is the content of.
    contents: HashMap<usize, usize>,
    /// The root of the tags, and the element of the document.
    tags: usize,
    document: usize,
    outlines: Option<usize>,
    /// The objects that are taken over, but for the resources of pages.
    kept: Vec<usize>,
    fonts: HashMap<usize, Subset>,
}

impl<'a> Opened<'a> {
    /// Takes a PDF apart; `None` if it is not as Typst writes it.
    pub(super) fn read(pdf: &'a [u8], folios: Vec<FolioPlace>) -> Option<Self> {
        let file = PdfFile::read(pdf)?;
        let catalog = file.root()?;
        let root = file.object(catalog)?;
        let of_root = |key: &[u8]| entry(root, key).and_then(reference);
        let (tree, tags, outlines) = (of_root(b"Pages")?, of_root(b"StructTreeRoot")?, of_root(b"Outlines"));
        let pages = references(entry(file.object(tree)?, b"Kids")?);
        let mut contents = HashMap::new();
        for (index, &page) in pages.iter().enumerate() {
            contents.insert(reference(entry(file.object(page)?, b"Contents")?)?, index);
        }
        let document = *references(entry(file.object(tags)?, b"K")?).first()?;
        let mut reached = vec![false; file.size()];
        let mut open: Vec<usize> = [tree, tags].into_iter().chain(outlines).collect();
        while let Some(number) = open.pop() {
            if std::mem::replace(reached.get_mut(number)?, true) {
                continue;
            }
            let body = file.object(number)?;
            open.extend(references(body));
            if body.starts_with(b"<</Type/Page/")
                && let Some(resources) = entry(body, b"Resources").and_then(reference)
            {
                open.retain(|&it| it != resources);
            }
        }
        let roots = [Some(tree), Some(tags), outlines];
        let kept = (0..reached.len()).filter(|&it| reached[it] && !roots.contains(&Some(it))).collect();
        let fonts = file
            .objects()
            .filter(|(_, body)| body.starts_with(b"<</Type/Font/Subtype/Type0"))
            .filter_map(|(number, body)| Some((number, Subset::read(&file, body)?)))
            .collect();
        Some(Self { file, folios, catalog, tree, pages, contents, tags, document, outlines, kept, fonts })
    }
}

/// The numbers that an object refers to.
fn references(body: &[u8]) -> Vec<usize> {
    let (mut found, mut at) = (Vec::new(), 0);
    let (mut first, mut second) = (None, None);
    while let Some(here) = token(body, at) {
        at = here.end;
        match &body[here] {
            b"R" => found.extend(first.take()),
            b"stream" => break,
            word => {
                let number = word[0].is_ascii_digit().then(|| leading_number(word)).flatten();
                (first, second) = (second, number.and_then(|it| usize::try_from(it).ok()));
            }
        }
    }
    found
}

/// Where a part goes, and what is to become of it. All numbers are those of objects of
/// the book.
#[derive(Debug, Clone)]
pub(super) struct Placing {
    /// The element that its tags go below.
    pub(super) element: usize,
    /// The entry of the outline that its own entries go below; without one they are left out.
    pub(super) entry: Option<usize>,
    /// The pages of it, from 0, that links lead to, and their destinations.
    pub(super) destinations: Vec<(usize, usize)>,
    /// The number of its first page.
    pub(super) first_page: usize,
    /// How its pages are numbered.
    pub(super) numerals: Numerals,
    /// The level of its title among the headings; 0 for a title that is none.
    pub(super) title_level: usize,
}

/// The new numbers and codes of a part.
pub(super) struct Plan<'a> {
    part: &'a Opened<'a>,
    placing: Placing,
    destinations: &'a BTreeMap<String, usize>,
    /// By old number; 0 for what is left out.
    numbers: Vec<usize>,
    /// By old number of the font.
    codes: HashMap<usize, Vec<u16>>,
    folio_font: usize,
    page_tree: usize,
    /// What is added to the keys of the tree from content to tags.
    key: usize,
    /// How many parts came before.
    order: usize,
}

/// A part with its new numbers, to be written.
pub(super) struct Rewritten {
    objects: Vec<(usize, Vec<u8>)>,
    /// The node of the page tree, and its pages.
    tree: usize,
    page_count: usize,
    document: usize,
    /// The leaf of the tree from content to tags, and that of the tree of names.
    keys: Option<Vec<u8>>,
    ids: Option<Vec<u8>>,
    outline: Option<Entries>,
}

/// A part that is in the book.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// The node of the page tree.
    tree: usize,
    page_count: usize,
    /// The element of its document.
    element: usize,
    /// Its entries of the outline.
    outline: Option<Entries>,
}

/// Entries of an outline: the first, the last, and how many they are.
#[derive(Debug, Clone, Copy)]
struct Entries {
    first: usize,
    last: usize,
    count: usize,
}

/// A book that is being bound.
pub(super) struct Binder {
    writer: FileWriter,
    fonts: UnitedFonts,
    /// Objects by their content, of those that can stand once for many.
    equal: HashMap<[u8; 32], usize>,
    catalog: usize,
    page_tree: usize,
    tags: usize,
    document: usize,
    outlines: usize,
    folio_font: usize,
    /// The leaves of the tree from content to tags.
    keys: Vec<usize>,
    next_key: usize,
    /// The leaves of the tree of names of elements.
    ids: Vec<usize>,
    parts: usize,
    hash: Sha256,
}

impl Binder {
    /// A book without any part.
    pub(super) fn new() -> Self {
        // Four bytes above 127 say that a file is not text; the number 0 is nobody's.
        let mut writer = FileWriter::new(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n", 1);
        let numbers = [(); 6].map(|()| writer.reserve());
        let [catalog, page_tree, tags, document, outlines, folio_font] = numbers;
        let [descriptor, program, map] = [(); 3].map(|()| writer.reserve());
        for chunk in typed_font([folio_font, descriptor, program].map(number_of)) {
            let (number, body) = object_of(&chunk);
            let mut body = body.to_vec();
            if number == folio_font {
                body.truncate(body.len() - 2);
                body.extend_from_slice(format!("/ToUnicode {map} 0 R>>").as_bytes());
            }
            writer.put(number, &body);
        }
        writer.put(map, &typed_map());
        Self {
            writer,
            fonts: UnitedFonts::default(),
            equal: HashMap::new(),
            catalog,
            page_tree,
            tags,
            document,
            outlines,
            folio_font,
            keys: Vec::new(),
            next_key: 0,
            ids: Vec::new(),
            parts: 0,
            hash: Sha256::new(),
        }
    }

    /// A number for an object that is written later.
    pub(super) fn reserve(&mut self) -> usize {
        self.writer.reserve()
    }

    /// The element of the whole book.
    pub(super) fn document(&self) -> usize {
        self.document
    }

    /// Gives a part its numbers and codes; `None` if it is not as Typst writes it.
    pub(super) fn plan<'p>(
        &mut self,
        part: &'p Opened<'p>,
        placing: Placing,
        destinations: &'p BTreeMap<String, usize>,
    ) -> Option<Plan<'p>> {
        let mut plan = Plan {
            part,
            placing,
            destinations,
            numbers: vec![0; part.file.size()],
            codes: HashMap::new(),
            folio_font: self.folio_font,
            page_tree: self.page_tree,
            key: self.next_key,
            order: self.parts,
        };
        for &page in &part.pages {
            let resources = reference(entry(part.file.object(page)?, b"Resources")?)?;
            for number in references(part.file.object(resources)?) {
                self.share(&mut plan, number, 0)?;
            }
        }
        plan.numbers[part.tags] = plan.placing.element;
        if let Some(outlines) = part.outlines {
            plan.numbers[outlines] = plan.placing.entry.unwrap_or_default();
        }
        plan.numbers[part.tree] = self.writer.reserve();
        for &number in &part.kept {
            if plan.placing.entry.is_some() || !is_entry(part.file.object(number)?) {
                plan.numbers[number] = self.writer.reserve();
            }
        }
        let next = entry(part.file.object(part.tags)?, b"ParentTreeNextKey").and_then(leading_number);
        self.next_key += usize::try_from(next.unwrap_or_default()).ok()?;
        self.parts += 1;
        Some(plan)
    }

    /// Writes what pages of a part use, unless it is in the book already.
    fn share(&mut self, plan: &mut Plan<'_>, number: usize, depth: usize) -> Option<()> {
        if depth > 32 {
            return None;
        }
        if *plan.numbers.get(number)? != 0 {
            return Some(());
        }
        let body = plan.part.file.object(number)?;
        if let Some(subset) = plan.part.fonts.get(&number)
            && let Some((font, codes)) = self.fonts.unite(subset, || self.writer.reserve())
        {
            plan.numbers[number] = font;
            plan.codes.insert(number, codes);
            return Some(());
        }
        for used in references(body) {
            self.share(plan, used, depth + 1)?;
        }
        let body = plan.shared(body)?;
        let next = self.writer.reserve();
        let known = *self.equal.entry(Sha256::digest(&body).into()).or_insert(next);
        if known == next {
            self.hash.update(&body);
            self.writer.put(next, &body);
        }
        plan.numbers[number] = known;
        Some(())
    }

    /// Writes a part.
    pub(super) fn add(&mut self, part: Rewritten) -> Bound {
        for (number, body) in &part.objects {
            self.hash.update(body);
            self.writer.put(*number, body);
        }
        for (leaf, leaves) in [(part.keys, &mut self.keys), (part.ids, &mut self.ids)] {
            if let Some(leaf) = leaf {
                let number = self.writer.reserve();
                self.writer.put(number, &leaf);
                leaves.push(number);
            }
        }
        Bound { tree: part.tree, page_count: part.page_count, element: part.document, outline: part.outline }
    }

    /// Writes an element that holds others: those of parts, or further such elements.
    pub(super) fn section(&mut self, number: usize, kids: &[usize]) {
        self.element(number, &format!("/Sect/P {} 0 R", self.document), kids);
    }

    fn element(&mut self, number: usize, kind: &str, kids: &[usize]) {
        let body = format!("<</Type/StructElem/S{kind}/K[{}]>>", list(kids));
        self.writer.put(number, body.as_bytes());
    }

    /// The file: the parts in the order of their pages, the elements below the whole
    /// book, and the outline. The part `first` says what the catalog does, and the book
    /// has its metadata.
    pub(super) fn finish(mut self, first: &Opened<'_>, binding: &Binding) -> Option<Vec<u8>> {
        for (number, body) in self.fonts.objects(|| self.writer.reserve()) {
            self.writer.put(number, &body);
        }
        let nodes: Vec<usize> = binding.parts.iter().map(|part| part.tree).collect();
        let pages: usize = binding.parts.iter().map(|part| part.page_count).sum();
        let body = format!("<</Type/Pages/Count {pages}/Kids[{}]>>", list(&nodes));
        self.writer.put(self.page_tree, body.as_bytes());
        let (document, tags) = (self.document, self.tags);
        self.element(document, &format!("/Document/P {tags} 0 R"), &binding.elements);
        let role_map = entry(first.file.object(first.tags)?, b"RoleMap")?.to_vec();
        let mut root = b"<</Type/StructTreeRoot/RoleMap".to_vec();
        root.extend_from_slice(&role_map);
        root.extend_from_slice(
            format!("/K[{document} 0 R]/ParentTree<</Kids[{}]>>", list(&self.keys)).as_bytes(),
        );
        if !self.ids.is_empty() {
            root.extend_from_slice(format!("/IDTree<</Kids[{}]>>", list(&self.ids)).as_bytes());
        }
        root.extend_from_slice(format!("/ParentTreeNextKey {}>>", self.next_key).as_bytes());
        self.writer.put(tags, &root);
        self.outline(&binding.outline);
        let labels = format!("<</Nums[0<</S/r>>{}<</S/D>>]>>", binding.front_pages);
        let labels_at = self.writer.reserve();
        self.writer.put(labels_at, labels.as_bytes());

        let catalog = first.file.object(first.catalog)?;
        let metadata = first.file.object(reference(entry(catalog, b"Metadata")?)?)?;
        let (documents_id, old_id) = file_id(first.file.trailer())?;
        let new_id = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            &std::mem::take(&mut self.hash).finalize()[..16],
        );
        let metadata_at = self.writer.reserve();
        self.writer.put(metadata_at, &renewed(metadata, &old_id, &new_id, pages)?);
        let intents = first.file.object(reference(entry(catalog, b"OutputIntents")?)?)?;
        let intents = self.copied(first, intents, 0)?;
        let mut body = format!(
            "<</Type/Catalog/Pages {} 0 R/StructTreeRoot {tags} 0 R/Outlines {} 0 R/PageMode/UseOutlines\
             /PageLabels {labels_at} 0 R/Metadata {metadata_at} 0 R/MarkInfo<</Marked true>>",
            self.page_tree, self.outlines
        )
        .into_bytes();
        for key in [&b"Lang"[..], b"ViewerPreferences"] {
            if let Some(value) = entry(catalog, key) {
                body.extend_from_slice(&[b"/", key, b" ", value].concat());
            }
        }
        body.extend_from_slice(&[b"/OutputIntents", &intents[..], b">>"].concat());
        self.writer.put(self.catalog, &body);
        let mut trailer = format!("/Root {} 0 R", self.catalog).into_bytes();
        if let Some(info) = entry(first.file.trailer(), b"Info").and_then(reference) {
            let number = self.writer.reserve();
            self.writer.put(number, first.file.object(info)?);
            trailer.extend_from_slice(format!("/Info {number} 0 R").as_bytes());
        }
        let id = |text: &str| hex_of(text.as_bytes()).map(char::from).collect::<String>();
        trailer.extend_from_slice(format!("/ID[<{}><{}>]", id(&documents_id), id(&new_id)).as_bytes());
        Some(self.writer.finish(&trailer))
    }

    /// An object with all that it refers to.
    fn copied(&mut self, part: &Opened<'_>, body: &[u8], depth: usize) -> Option<Vec<u8>> {
        let mut numbers = HashMap::new();
        for used in references(body) {
            if depth > 8 {
                return None;
            }
            let copy = self.copied(part, part.file.object(used)?, depth + 1)?;
            let next = self.writer.reserve();
            let known = *self.equal.entry(Sha256::digest(&copy).into()).or_insert(next);
            if known == next {
                self.writer.put(next, &copy);
            }
            numbers.insert(used, known);
        }
        Some(renumbered(body, &Renumbering { number: &|old| numbers.get(&old).copied(), key: 0, prefix: "" }))
    }

    fn outline(&mut self, outline: &[OutlineEntry]) {
        let numbers: Vec<usize> = outline.iter().map(|entry| entry.number).collect();
        let mut body = b"<</Type/Outlines".to_vec();
        if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
            body.extend_from_slice(
                format!("/First {first} 0 R/Last {last} 0 R/Count {}", numbers.len()).as_bytes(),
            );
        }
        body.extend_from_slice(b">>");
        let root = self.outlines;
        self.writer.put(root, &body);
        self.entries(outline, root);
    }

    fn entries(&mut self, entries: &[OutlineEntry], parent: usize) {
        for (index, entry) in entries.iter().enumerate() {
            let number = number_of(entry.number);
            let mut chunk = pdf_writer::Chunk::with_settings(Settings { pretty: false });
            let mut item = chunk.outline_item(number);
            item.parent(number_of(parent)).title(TextStr(&entry.title));
            if let Some(before) = index.checked_sub(1) {
                item.prev(number_of(entries[before].number));
            }
            if let Some(after) = entries.get(index + 1) {
                item.next(number_of(after.number));
            }
            let own = match (entry.entries.first(), entry.entries.last()) {
                (Some(first), Some(last)) => {
                    Some(Entries { first: first.number, last: last.number, count: entry.entries.len() })
                }
                _ => entry.of_part.and_then(|part| part.outline),
            };
            if let Some(own) = own {
                let count = i32::try_from(own.count).expect("fewer entries than a PDF may have");
                // Closed: who opens a book sees its chapters.
                item.first(number_of(own.first)).last(number_of(own.last)).count(-count);
            }
            item.pair(Name(b"Dest"), number_of(entry.destination));
            item.finish();
            let (number, body) = object_of(&chunk);
            self.writer.put(number, body);
            self.entries(&entry.entries, entry.number);
        }
    }
}

/// How the parts of a book are put together.
pub(super) struct Binding {
    /// The parts in the order of their pages.
    pub(super) parts: Vec<Bound>,
    /// The elements below that of the whole book.
    pub(super) elements: Vec<usize>,
    /// How many pages stand before the text.
    pub(super) front_pages: usize,
    /// The outline.
    pub(super) outline: Vec<OutlineEntry>,
}

/// An entry of the outline.
pub(super) struct OutlineEntry {
    /// The number of its object.
    pub(super) number: usize,
    /// Its words.
    pub(super) title: String,
    /// The object of its destination.
    pub(super) destination: usize,
    /// The entries below it.
    pub(super) entries: Vec<OutlineEntry>,
    /// The part whose own entries go below it, if it has no others.
    pub(super) of_part: Option<Bound>,
}

impl Bound {
    /// The element of its document.
    pub(super) fn element(&self) -> usize {
        self.element
    }
}

impl Plan<'_> {
    /// The part with its new numbers; `None` if it is not as Typst writes it.
    pub(super) fn rewrite(&self) -> Option<Rewritten> {
        let Self { part, placing, .. } = self;
        let mut objects = Vec::with_capacity(part.kept.len() + 2);
        for &old in &part.kept {
            let number = self.numbers[old];
            if number == 0 {
                continue;
            }
            let body = part.file.object(old)?;
            let body = if let Some(&page) = part.contents.get(&old) {
                self.content(page, body)?
            } else if body.starts_with(b"<</Type/Page/") {
                self.page(body)?
            } else if body.starts_with(b"<</Type/Annot") {
                self.annotation(body)?
            } else if let Some(rest) = body.strip_prefix(b"<</Type/StructElem/S/") {
                self.element(rest)?
            } else {
                self.renumber(body)
            };
            objects.push((number, body));
        }
        let tree = self.numbers[part.tree];
        let kids: Vec<usize> = part.pages.iter().map(|&page| self.numbers[page]).collect();
        let (count, above) = (kids.len(), self.page_tree);
        let node = format!("<</Type/Pages/Parent {above} 0 R/Count {count}/Kids[{}]>>", list(&kids));
        objects.push((tree, node.into_bytes()));
        for (page, destination) in &placing.destinations {
            let media = entry(part.file.object(*part.pages.get(*page)?)?, b"MediaBox")?;
            let top = std::str::from_utf8(media).ok()?.trim_end_matches(']').rsplit(' ').next()?;
            let body = format!("[{} 0 R/XYZ 0 {top} null]", kids.get(*page)?);
            objects.push((*destination, body.into_bytes()));
        }
        let outline = match part.outlines.filter(|_| placing.entry.is_some()) {
            Some(outlines) => self.own_entries(part.file.object(outlines)?)?,
            None => None,
        };
        let tags = part.file.object(part.tags)?;
        let document = self.numbers[part.document];
        Some(Rewritten {
            objects,
            tree,
            page_count: count,
            document,
            keys: self.keys(tags)?,
            ids: self.ids(tags)?,
            outline,
        })
    }

    fn own_entries(&self, outlines: &[u8]) -> Option<Option<Entries>> {
        let (Some(first), Some(last)) = (entry(outlines, b"First"), entry(outlines, b"Last")) else {
            return Some(None);
        };
        let (first, last) = (reference(first)?, reference(last)?);
        let (mut count, mut next) = (0, Some(first));
        while let Some(here) = next {
            count += 1;
            next = entry(self.part.file.object(here)?, b"Next").and_then(reference);
        }
        Some(Some(Entries { first: self.numbers[first], last: self.numbers[last], count }))
    }

    /// The leaf of the tree from content to tags.
    fn keys(&self, tags: &[u8]) -> Option<Option<Vec<u8>>> {
        let Some(tree) = entry(tags, b"ParentTree") else { return Some(None) };
        let nums = entry(tree, b"Nums")?.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let (mut words, mut limits) = (words(nums), None);
        let mut leaf = String::new();
        while let Some(key) = words.next() {
            let key = usize::try_from(leading_number(key)?).ok()? + self.key;
            let number = self.numbers.get(usize::try_from(leading_number(words.next()?)?).ok()?)?;
            words.nth(1)?;
            leaf.push_str(&format!("{key} {number} 0 R "));
            limits = Some((limits.map_or(key, |(least, _)| least), key));
        }
        let Some((least, greatest)) = limits else { return Some(None) };
        let leaf = format!("<</Limits[{least} {greatest}]/Nums[{}]>>", leaf.trim_end());
        Some(Some(leaf.into_bytes()))
    }

    /// The leaf of the tree of names of elements.
    fn ids(&self, tags: &[u8]) -> Option<Option<Vec<u8>>> {
        let Some(tree) = entry(tags, b"IDTree") else { return Some(None) };
        let names = entry(tree, b"Names")?.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let (mut words, mut limits) = (words(names), None);
        let mut leaf = b"/Names[".to_vec();
        while let Some(name) = words.next() {
            let name = [self.prefix().as_bytes(), &string_bytes(name)?].concat();
            let number = self.numbers.get(usize::try_from(leading_number(words.next()?)?).ok()?)?;
            words.nth(1)?;
            leaf.push(b'<');
            leaf.extend(hex_of(&name));
            leaf.extend_from_slice(format!("> {number} 0 R ").as_bytes());
            limits = Some((limits.map_or_else(|| name.clone(), |(first, _)| first), name));
        }
        let Some((first, last)) = limits else { return Some(None) };
        let hex = |name: &[u8]| hex_of(name).map(char::from).collect::<String>();
        let head = format!("<</Limits[<{}><{}>]", hex(&first), hex(&last));
        Some(Some([head.as_bytes(), leaf.trim_ascii_end(), b"]>>"].concat()))
    }

    /// What stands before the names of elements, so that no two parts share one and the
    /// names of a later part come later.
    fn prefix(&self) -> String {
        format!("{:06}-", self.order)
    }

    fn renumber(&self, body: &[u8]) -> Vec<u8> {
        let number = |old: usize| self.numbers.get(old).copied().filter(|&new| new != 0);
        renumbered(body, &Renumbering { number: &number, key: self.key, prefix: &self.prefix() })
    }

    /// A page, with the font of its number among its resources.
    fn page(&self, body: &[u8]) -> Option<Vec<u8>> {
        let place = place_of_entry(body, b"Resources")?;
        let resources = self.renumber(self.part.file.object(reference(&body[place.clone()])?)?);
        let name = std::str::from_utf8(FONT_NAME).expect("ASCII");
        let own = format!("/{name} {} 0 R", self.folio_font);
        let resources = match place_of_entry(&resources, b"Font") {
            Some(fonts) => {
                [&resources[..fonts.end - 2], own.as_bytes(), &resources[fonts.end - 2..]].concat()
            }
            None => [resources.strip_suffix(b">>")?, format!("/Font<<{own}>>>>").as_bytes()].concat(),
        };
        let (head, tail) = (self.renumber(&body[..place.start]), self.renumber(&body[place.end..]));
        Some([&head[..], &resources, &tail].concat())
    }

    /// The content of a page, with the page's number.
    fn content(&self, page: usize, body: &[u8]) -> Option<Vec<u8>> {
        let number = self.part.pages.get(page)?;
        let body_of_page = self.part.file.object(*number)?;
        let resources = self.part.file.object(reference(entry(body_of_page, b"Resources")?)?)?;
        let (_, content) = stream(body)?;
        let mut out = b"q\n".to_vec();
        out.extend_from_slice(&self.recoded(&content, resources)?);
        out.extend_from_slice(b"\nQ");
        let height = std::str::from_utf8(entry(body_of_page, b"MediaBox")?).ok()?;
        let height: f64 = height.trim_end_matches(']').rsplit(' ').next()?.parse().ok()?;
        for folio in self.part.folios.iter().filter(|folio| folio.page == page) {
            let words = self.placing.numerals.write(self.placing.first_page + page);
            let x = folio.x - f64::from(typed_width(&words)) * folio.size / 2.0;
            let [red, green, blue] = folio.color;
            let name = std::str::from_utf8(FONT_NAME).expect("ASCII");
            out.extend_from_slice(
                format!(
                    "\n/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n{red:.3} {green:.3} {blue:.3} rg\n\
                     BT/{name} {} Tf {x:.3} {:.3} Td({words})Tj ET\nEMC",
                    folio.size,
                    height - folio.baseline,
                )
                .as_bytes(),
            );
        }
        Some(stream_body("", &[], &deflate(&[&out])))
    }

    /// Content with the codes of united fonts.
    fn recoded(&self, content: &[u8], resources: &[u8]) -> Option<Vec<u8>> {
        let fonts = entry(resources, b"Font").unwrap_or_default();
        let codes = |name: &[u8]| {
            let font = entry(fonts, name).and_then(reference)?;
            self.codes.get(&font).map(Vec::as_slice)
        };
        recode(content, &codes)
    }

    /// An object that pages use, with new numbers; content among them with new codes.
    fn shared(&self, body: &[u8]) -> Option<Vec<u8>> {
        let Some((dict, _)) = stream_parts(body) else { return Some(self.renumber(body)) };
        let resources = entry(dict, b"Resources");
        let resources = match resources.and_then(reference) {
            Some(number) => self.part.file.object(number),
            None => resources,
        };
        let Some(resources) = resources.filter(|it| entry(it, b"Font").is_some()) else {
            return Some(self.renumber(body));
        };
        let (dict, content) = stream(body)?;
        let content = deflate(&[&self.recoded(&content, resources)?]);
        let mut entries = self.renumber(dict);
        for key in [&b"Filter"[..], b"Length"] {
            if let Some(place) = place_of_entry(&entries, key) {
                let start = place.start - key.len() - 1;
                let start = if entries.get(start) == Some(&b'/') { start } else { start - 1 };
                entries.drain(start..place.end);
            }
        }
        let entries = entries.strip_prefix(b"<<")?.strip_suffix(b">>")?;
        Some(stream_body("", entries, &content))
    }

    /// An annotation; a link to a part of the book leads there.
    fn annotation(&self, body: &[u8]) -> Option<Vec<u8>> {
        let action = place_of_entry(body, b"A");
        let address = action.clone().and_then(|it| entry(&body[it], b"URI")).and_then(string_bytes);
        let address = address.and_then(|it| String::from_utf8(it).ok());
        let (Some(action), Some(part)) = (action, address.as_deref().and_then(|it| it.strip_prefix(SCHEME)))
        else {
            return Some(self.renumber(body));
        };
        let destination = self.destinations.get(part)?;
        let (head, tail) = (self.renumber(&body[..action.start]), self.renumber(&body[action.end..]));
        let action = format!("<</Type/Action/S/GoTo/D {destination} 0 R>>");
        Some([&head[..], action.as_bytes(), &tail].concat())
    }

    /// An element, whose kind and the rest these are: its document becomes a section, its
    /// title a heading, and its headings go below that.
    fn element(&self, rest: &[u8]) -> Option<Vec<u8>> {
        let end = token(rest, 0)?.end;
        let (kind, rest) = (&rest[..end], &rest[end..]);
        let level = self.placing.title_level;
        let kind: Vec<u8> = match kind {
            b"Document" => b"Sect".to_vec(),
            b"Title" if level > 0 => format!("H{level}").into_bytes(),
            [b'H', digit @ b'1'..=b'6'] => {
                format!("H{}", (usize::from(digit - b'0') + level).min(6)).into_bytes()
            }
            other => other.to_vec(),
        };
        Some([b"<</Type/StructElem/S/", &kind[..], &self.renumber(rest)].concat())
    }
}

/// How an object is renumbered.
struct Renumbering<'a> {
    /// The new number for an old one; none if there is no such object any more.
    number: &'a dyn Fn(usize) -> Option<usize>,
    /// What is added to keys of the tree from content to tags.
    key: usize,
    /// What is put before the names of elements.
    prefix: &'a str,
}

/// An object with new numbers.
fn renumbered(body: &[u8], by: &Renumbering<'_>) -> Vec<u8> {
    let dict =
        if body.ends_with(END_OF_STREAM) { stream_parts(body).map_or(body, |(dict, _)| dict) } else { body };
    let mut out = Vec::with_capacity(body.len() + 32);
    let (mut copied, mut at, mut key) = (0, 0, &b""[..]);
    let (mut first, mut second) = (0..0, 0..0);
    while let Some(here) = token(dict, at) {
        at = here.end;
        match &dict[here.clone()] {
            b"R" => {
                let old = leading_number(&dict[first.clone()]).and_then(|it| usize::try_from(it).ok());
                if let Some(old) = old {
                    out.extend_from_slice(&dict[copied..first.start]);
                    match (by.number)(old) {
                        Some(new) => out.extend_from_slice(format!("{new} 0 R").as_bytes()),
                        None => out.extend_from_slice(b"null"),
                    }
                    copied = here.end;
                }
            }
            [b'/', name @ ..] => key = name,
            [b'(' | b'<', ..] if here.len() > 1 && (key == b"ID" || key == b"Headers") => {
                if let Some(name) = string_bytes(&dict[here.clone()]) {
                    out.extend_from_slice(&dict[copied..here.start]);
                    out.push(b'<');
                    out.extend(hex_of(by.prefix.as_bytes()).chain(hex_of(&name)));
                    out.push(b'>');
                    copied = here.end;
                }
            }
            number @ [b'0'..=b'9', ..] if key == b"StructParents" || key == b"StructParent" => {
                if let Some(number) = leading_number(number) {
                    out.extend_from_slice(&dict[copied..here.start]);
                    out.extend_from_slice((number + by.key as u64).to_string().as_bytes());
                    copied = here.end;
                }
                key = b"";
            }
            _ => {}
        }
        (first, second) = (second, here);
    }
    out.extend_from_slice(&body[copied..]);
    out
}

/// Whether an object is an entry of an outline.
fn is_entry(body: &[u8]) -> bool {
    body.starts_with(b"<</Parent ") && entry(body, b"Title").is_some()
}

/// The words of a text, one after the other.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let here = token(text, at)?;
        at = here.end;
        Some(&text[here])
    })
}

/// References to these objects.
fn list(numbers: &[usize]) -> String {
    numbers.iter().map(|number| format!("{number} 0 R")).collect::<Vec<_>>().join(" ")
}

fn number_of(number: usize) -> Ref {
    Ref::new(i32::try_from(number).expect("fewer objects than a PDF may have"))
}

/// The two identifiers of a file, as its metadata write them.
fn file_id(trailer: &[u8]) -> Option<(String, String)> {
    let ids = entry(trailer, b"ID")?.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let mut ids = words(ids).map(|id| string_bytes(id).and_then(|id| String::from_utf8(id).ok()));
    Some((ids.next()??, ids.next()??))
}

/// Metadata that say how many pages there are now, and that this is another file.
fn renewed(metadata: &[u8], old_id: &str, new_id: &str, pages: usize) -> Option<Vec<u8>> {
    let (_, xmp) = stream_parts(metadata)?;
    let xmp = std::str::from_utf8(xmp).ok()?.replace(old_id, new_id);
    let (head, rest) = xmp.split_once("<xmpTPg:NPages>")?;
    let (_, tail) = rest.split_once('<')?;
    let xmp = format!("{head}<xmpTPg:NPages>{pages}<{tail}");
    let mut body = format!("<</Length {}/Type/Metadata/Subtype/XML>>\nstream\n", xmp.len()).into_bytes();
    body.extend_from_slice(xmp.as_bytes());
    body.extend_from_slice(END_OF_STREAM);
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roman_numerals_are_those_of_a_viewer() {
        let written = [4, 99, 400, 944, 1999].map(|number| Numerals::Roman.write(number));
        assert_eq!(written, ["iv", "xcix", "cd", "cmxliv", "mcmxcix"]);
    }
}
