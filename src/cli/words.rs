//! Owns the Chinese words of the help beside the English ones of `args`, and
//! what else the help says: groups and examples. May import nothing of rolebook
//! but `diagnostic`.

use crate::diagnostic::Message;

/// The words of a command, an option or a value, as `args` has them, in both
/// languages.
pub(super) fn help(english: &str) -> Option<Message> {
    let (en, zh_cn) = HELP.iter().find(|(en, _)| *en == english)?;
    Some(Message::new(*en, *zh_cn))
}

/// English, as it stands in `args`, and Chinese.
const HELP: &[(&str, &str)] = &[
    // Commands
    (
        "One library of role definitions becomes position descriptions (岗位说明书): Markdown, HTML and PDF",
        "用一个岗位库生成全部岗位说明书：Markdown、HTML 和 PDF",
    ),
    ("Build the documents of a library", "生成岗位库的全部文档"),
    ("Compare roles, or two states of one, side by side", "并排对比岗位，或同一岗位的两个版本"),
    ("Release a version of a role: freeze it, and keep its PDFs", "发布岗位的一个版本：定稿并留存 PDF"),
    ("Say whether PDFs are the library's current version", "核验 PDF 是否为岗位库的现行版本"),
    ("Give back the role that a PDF carries", "取出 PDF 中的岗位数据"),
    ("List the roles of a library", "列出岗位库中的岗位"),
    ("List the themes, or show what one consists of", "列出版式，或查看某个版式的构成"),
    ("List the themes", "列出版式"),
    ("Show the sections of a theme, in order, and its settings", "按顺序显示版式的栏目，以及其设置"),
    ("List the fonts, and the characters of roles that none has", "列出字体，以及岗位中没有字体可用的字符"),
    ("Start a library that builds at once", "新建一个可以立即生成文档的岗位库"),
    (
        "Start a role: a skeleton, or a variant of another role",
        "新建岗位：待填写的空白岗位，或已有岗位的变体",
    ),
    ("Preview a library in a browser; every change shows at once", "在浏览器中预览岗位库，修改后随即显示"),
    ("Check the roles of a library, or a posting that is not JSON", "检查岗位库，或检查不是 JSON 的招聘文案"),
    ("Explain a rule, or where a value of a role came from", "说明某条规则，或岗位某个值的出处"),
    ("Publish the openings of a library as a careers site", "把岗位库中的招聘岗位发布为招聘网站"),
    (
        "Print the JSON Schema of a file that rolebook reads or writes",
        "输出 rolebook 所读写文件的 JSON Schema",
    ),
    (
        "Print a script that completes commands and options in a shell",
        "输出命令行补全脚本，用于补全命令和选项",
    ),
    ("Print a manual page, or write all of them", "输出手册页，或写出全部手册页"),
    ("Print the help of a command", "显示某个命令的帮助"),
    // Options of all commands
    ("Language of rolebook's own messages [default: that of the system]", "提示信息的语言 [默认：系统语言]"),
    ("Print this help", "显示本帮助"),
    ("Print the version", "显示版本号"),
    ("简体中文", "简体中文"),
    ("English", "英语"),
    // build
    (
        "Folder of the library: the one with rolebook.json; or a file that extract wrote",
        "岗位库所在的文件夹，即含有 rolebook.json 的文件夹；也可以是 extract 写出的文件",
    ),
    (
        "With a file that extract wrote: library with the logo, templates, fonts and words that it had",
        "用 extract 写出的文件时：提供标志、模板、字体和用语的岗位库",
    ),
    (
        "Folder of the library: the one with rolebook.json",
        "岗位库所在的文件夹，即含有 rolebook.json 的文件夹",
    ),
    ("Formats to write [default: all]", "要生成的格式 [默认：全部]"),
    ("Markdown", "Markdown"),
    ("HTML", "HTML"),
    ("PDF", "PDF"),
    (
        "Roles to build, by id [default: all]; can be given several times",
        "要生成的岗位的标识，可多次给出 [默认：全部]",
    ),
    (
        "Languages to build, or two beside each other: zh-CN+en [default: those of rolebook.json]",
        "要生成的语言；两种语言对照写作 zh-CN+en [默认：rolebook.json 中的语言]",
    ),
    (
        "Theme [default: that of the role, else of rolebook.json]",
        "版式 [默认：岗位自己的版式，否则为 rolebook.json 中的版式]",
    ),
    ("Folder to write to", "输出文件夹"),
    (
        "How many documents to build at once [default: one per core]",
        "同时生成的文档数 [默认：每个处理器核心一个]",
    ),
    (
        "Build again whenever something of the library changes, until Ctrl-C",
        "岗位库有修改就重新生成，直到按 Ctrl-C",
    ),
    ("Make no form fields of the places to sign: for a print shop", "PDF 中不加签署域，供印刷使用"),
    (
        "Write ID.esign.json beside each PDF: where the parties sign, for an e-sign platform",
        "在每份 PDF 旁写出“标识.esign.json”：各方的签署位置，供电子签平台使用",
    ),
    ("Any platform: in points from the top left", "通用：以磅为单位，自左上角起"),
    ("What build --esign writes", "build --esign 写出的签署位置文件"),
    ("e签宝", "e签宝"),
    ("腾讯电子签", "腾讯电子签"),
    ("Write every document again, also those that are as they are to be", "重新写出全部文档，包括未变的"),
    ("Show what would be written or removed, and do neither", "只显示将写入或删除的文件，不做任何改动"),
    ("Print what a stage hands to the next one, and write nothing", "只输出某一阶段的结果，不写任何文件"),
    (
        "The role after its bases and placeholders, with the source of each value",
        "合并基准岗位、填好变量之后的岗位，以及每个值的出处",
    ),
    ("What the templates see", "模板看到的内容"),
    ("What is typeset", "送去排版的内容"),
    (
        "Use no fonts but the built-in ones and those of the library",
        "只用内置字体和岗位库的字体，不用系统字体",
    ),
    // book
    (
        "Bind the roles of a library in one PDF, with cover and contents",
        "把岗位库汇编成一本 PDF，带封面和目录",
    ),
    (
        "Roles to bind, by id [default: all]; can be given several times",
        "要收录的岗位的标识，可多次给出 [默认：全部]",
    ),
    (
        "Units whose roles to bind, with the units below them, by id or name [default: all]; can be given several times",
        "要收录的部门（标识或名称），含其下级部门，可多次给出 [默认：全部]",
    ),
    (
        "Languages to make a book in, or two beside each other: zh-CN+en [default: those of rolebook.json]",
        "汇编的语言；两种语言对照写作 zh-CN+en [默认：rolebook.json 中的语言]",
    ),
    (
        "Theme [default: that of rolebook.json; a role's own for its pages]",
        "版式 [默认：rolebook.json 中的版式；岗位另有版式的，其页面用自己的]",
    ),
    (
        "File to write; of one language only [default: dist/book-LANG.pdf]",
        "输出文件，只用于一种语言 [默认：dist/book-语言.pdf]",
    ),
    (
        "Date on the cover, such as 2026-01-31 [default: the latest that the roles state]",
        "封面上的日期，例如 2026-01-31 [默认：各岗位所载的最晚日期]",
    ),
    (
        "How many roles to work on at once [default: one per core]",
        "同时处理的岗位数 [默认：每个处理器核心一个]",
    ),
    // site
    (
        "Folder to write to; a site that is there is replaced as a whole",
        "输出文件夹；其中已有的网站会整体替换",
    ),
    (
        "Address that the site stands under [default: site.base_url of rolebook.json]",
        "网站的网址 [默认：rolebook.json 中的 site.base_url]",
    ),
    (
        "Day by which openings are open or closed, such as 2026-01-31 [default: today]",
        "判断岗位是否仍在招聘的日期，如 2026-01-31 [默认：今天]",
    ),
    ("Languages of the site [default: those of rolebook.json]", "网站的语言 [默认：rolebook.json 中的语言]"),
    ("Write no PDFs", "不生成 PDF"),
    (
        "How many openings to work on at once [default: one per core]",
        "同时处理的岗位数 [默认：每个处理器核心一个]",
    ),
    // serve
    (
        "Port of 127.0.0.1 to listen on; 0 for any [default: 4173, or the next one that is free]",
        "监听 127.0.0.1 的哪个端口；0 为任意空闲端口 [默认：4173，已占用时顺延]",
    ),
    ("Open the preview in the browser", "在浏览器中打开预览"),
    // check
    (
        "Roles to check, by id [default: all]; can be given several times",
        "要检查的岗位的标识，可多次给出 [默认：全部]",
    ),
    (
        "Only findings in texts of this language, and those of no language",
        "只看该语言文字中的问题，以及与语言无关的问题",
    ),
    ("How to print the findings", "输出形式"),
    (
        "Take findings of this code or ground for errors; `warnings` means all warnings",
        "把该代码或事由的问题视为错误；写 `warnings` 指全部警告",
    ),
    ("Leave out findings of this code or ground", "不报告该代码或事由的问题"),
    ("Look for nothing but this code or ground", "只查该代码或事由的问题"),
    (
        "A posting to check instead of roles: txt, md, html or docx; - for standard input",
        "改为检查一份招聘文案：txt、md、html 或 docx；写 - 则读标准输入",
    ),
    (
        "Day by which reviews and openings are overdue, such as 2026-01-31 [default: today]",
        "判断复审和招聘信息是否逾期的日期，如 2026-01-31 [默认：今天]",
    ),
    (
        "Mend the findings that have one safe answer; the rest of each file stays as it is",
        "改正有唯一稳妥改法的问题；文件其余内容原样不动",
    ),
    ("Show what --fix would change, and write nothing", "只显示 --fix 将作的修改，不写任何文件"),
    (
        "How many roles to check at once [default: one per core]",
        "同时检查的岗位数 [默认：每个处理器核心一个]",
    ),
    ("With the line of the file, for people", "附上所在的行，供人阅读"),
    ("One line for each finding", "每个问题一行"),
    ("SARIF 2.1.0, for code review", "SARIF 2.1.0，供代码评审平台读取"),
    ("What check --format json prints", "check --format json 的输出"),
    // explain
    (
        "Code of a rule, or id of a role [default: list all rules]",
        "规则代码，或岗位标识 [默认：列出全部规则]",
    ),
    (
        "Of a role: only the values below this JSON Pointer, such as /duties/0",
        "岗位：只看该 JSON Pointer 之下的值，如 /duties/0",
    ),
    // compare
    (
        "Two to six roles: ID, ID@REVISION of git, LIBRARY#ID, or a PDF that rolebook made; one of two libraries",
        "二至六个岗位：标识、标识@git版本、岗位库#标识，或 rolebook 生成的 PDF；对比两个岗位库时写一个即可",
    ),
    (
        "Folder of the library: the one with rolebook.json; can be given several times [default: this folder]",
        "岗位库所在的文件夹，即含有 rolebook.json 的文件夹；可多次给出 [默认：当前文件夹]",
    ),
    (
        "Language to compare [default: that of the messages, if all have it]",
        "对比所用的语言 [默认：提示信息的语言，前提是各岗位都有]",
    ),
    (
        "How to print the comparison [default: by the ending of --out, else terminal]",
        "输出形式 [默认：按 --out 的扩展名，否则为终端]",
    ),
    (
        "File to write to, or folder for a proposed base [default: standard output]",
        "输出文件；拟定基准岗位时为输出文件夹 [默认：标准输出]",
    ),
    (
        "What to show [default: differences in a terminal, else all]",
        "显示内容 [默认：终端只显示差异，其他形式显示全部]",
    ),
    ("Say which base wrote a value", "注明每个值出自哪个基准岗位"),
    ("Let width, punctuation and ways of writing a value count", "全角半角、标点、数值写法不同也算差异"),
    ("Columns of the terminal [default: as many as it has]", "终端宽度（列数）[默认：终端实际宽度]"),
    ("Show how similar all roles of the library are", "显示岗位库中全部岗位的相似程度"),
    ("Only roles of this job family, or a role and its variants", "只看该职族的岗位，或某岗位及其变体"),
    (
        "Propose a common base of these roles, and them as variants of it",
        "为这些岗位拟定共同的基准岗位，并把它们改写为变体",
    ),
    (
        "Id of the proposed base [default: made of the roles' ids]",
        "拟定的基准岗位的标识 [默认：由各岗位的标识生成]",
    ),
    ("Columns in a terminal", "在终端分栏显示"),
    ("Only what differs", "只显示差异"),
    ("Everything", "全部"),
    // extract
    ("A PDF that rolebook made, signed or not", "rolebook 生成的 PDF，签署过的也可以"),
    ("New file to write to [default: standard output]", "要写入的新文件 [默认：标准输出]"),
    // release
    ("Id of the role", "岗位标识"),
    (
        "Version [default: that of the draft, or the one after the version in force]",
        "版本号 [默认：草案的版本号，或现行版本的下一个]",
    ),
    (
        "Day from which it is in force, such as 2026-01-31 [default: today]",
        "生效日期，如 2026-01-31 [默认：今天]",
    ),
    (
        "What changed, for the list of revisions; in one language as en=…, and then once for each",
        "修订内容，写入修订记录；如需分语言，写作 zh-CN=… 和 en=…，各写一次",
    ),
    ("Who changed it, for the list of revisions", "修订人，写入修订记录"),
    ("Mark the change as material: it must be signed again", "标为重大修订：须重新签署"),
    ("Show what would be written, and write nothing", "只显示将写入的内容，不写任何文件"),
    // verify
    (
        "PDFs, signed or not, and folders, in which every PDF is meant",
        "PDF 文件（签署过的也可以），或文件夹（核验其中全部 PDF）",
    ),
    ("How to print the answers", "输出形式"),
    ("Lines for people", "供人阅读的文字"),
    // list
    ("How to print the list", "输出形式"),
    ("Language of the titles [default: that of the messages]", "岗位名称的语言 [默认：提示信息的语言]"),
    ("A table for people", "供人阅读的表格"),
    ("JSON for programs", "供程序读取的 JSON"),
    ("CSV for spreadsheets", "供电子表格打开的 CSV"),
    // register
    ("Write the register of roles, for a spreadsheet", "输出岗位名册，供电子表格打开"),
    (
        "How to write the register [default: by the ending of --out, else csv]",
        "输出形式 [默认：由 --out 的扩展名决定，否则为 csv]",
    ),
    (
        "Language of the register [default: that of the messages, if the library has it]",
        "名册的语言 [默认：岗位库有提示信息的语言时用该语言]",
    ),
    ("XLSX for Excel", "供 Excel 打开的 XLSX"),
    // org-chart
    ("Draw the organization chart from the reporting lines", "按汇报关系绘制组织架构图"),
    (
        "How to draw the chart [default: by the ending of --out, else terminal]",
        "输出形式 [默认：由 --out 的扩展名决定，否则为终端]",
    ),
    ("File to write to [default: standard output]", "输出文件 [默认：标准输出]"),
    (
        "Language of the chart [default: that of the messages, if the library has it]",
        "图的语言 [默认：岗位库有提示信息的语言时用该语言]",
    ),
    ("Only this unit and those that belong to it, by id or name", "只画该部门及其下级部门（标识或名称）"),
    ("Only this role and those below it", "只画该岗位及其下级"),
    ("How many levels to draw [default: all, 16 at most]", "画几级 [默认：全部，最多 16 级]"),
    ("A tree in the terminal", "在终端显示为树形"),
    ("SVG, for pages and slides", "SVG，用于网页和幻灯片"),
    // authority-matrix
    (
        "Write the authority matrix: who proposes, reviews and decides what, up to which limit",
        "输出分权手册：谁提议、审核、决定哪些事项，额度多少",
    ),
    (
        "How to write the matrix [default: by the ending of --out, else md, or terminal on a screen]",
        "输出形式 [默认：由 --out 的扩展名决定，否则为 md；直接显示在终端时为 terminal]",
    ),
    (
        "Language of the matrix [default: that of the messages, if the library has it]",
        "手册的语言 [默认：岗位库有提示信息的语言时用该语言]",
    ),
    ("Lines to read in the terminal", "在终端逐行显示，便于阅读"),
    ("What stands in the columns", "各列是什么"),
    ("The roles", "岗位"),
    ("The departments", "部门"),
    (
        "Proposing, reviewing, deciding and so on, with the roles in the cells",
        "提议、审核、决定等权限，格中写岗位",
    ),
    // theme
    ("Name of the theme", "版式名称"),
    // fonts
    ("List the fonts of the system as well", "同时列出系统字体"),
    // init
    ("Folder to start the library in; made if it is not there", "新岗位库的文件夹；不存在时自动创建"),
    // new
    ("Id of the new role, which is also the name of its file", "新岗位的标识，也是其文件名"),
    (
        "Make it a variant of this role: it takes over everything that it does not say itself",
        "新岗位作为该岗位的变体：没有另写的内容都沿用该岗位",
    ),
    // schema
    ("Which schema", "哪一种文件的 schema"),
    ("A file of roles/", "roles/ 中的岗位文件"),
    ("rolebook.json", "rolebook.json"),
    ("A file of templates/themes/", "templates/themes/ 中的版式文件"),
    ("A pack of wording rules", "用语规则包"),
    ("What compare --format json prints", "compare --format json 的输出"),
    ("The openings of a careers site as data", "招聘网站的岗位数据"),
    ("What verify --format json prints", "verify --format json 的输出"),
    ("The record of a release, release.json", "发布记录 release.json"),
    // completions
    ("The shell", "命令行解释器"),
    // man, help
    ("The command; without one, the page of rolebook itself", "命令；不写则为 rolebook 本身的手册页"),
    ("Write the pages of all commands into this folder", "把全部命令的手册页写入该文件夹"),
    ("The command; without one, the help of rolebook itself", "命令；不写则为 rolebook 本身的帮助"),
];

/// The commands as the help of rolebook itself groups them.
pub(super) fn groups() -> [(Message, &'static [&'static str]); 3] {
    [
        (Message::new("Make", "生成"), &["build", "book", "serve", "release", "site"]),
        (
            Message::new("Look", "查看"),
            &[
                "check",
                "explain",
                "compare",
                "verify",
                "extract",
                "list",
                "register",
                "org-chart",
                "authority-matrix",
                "theme",
                "fonts",
            ],
        ),
        (Message::new("Set up", "准备"), &["init", "new", "schema", "completions", "man", "help"]),
    ]
}

/// A command line and what it does.
pub(super) struct Example {
    pub(super) line: &'static str,
    pub(super) says: Message,
}

/// The examples in the help of a command; `path` is that of the command, with
/// spaces, and empty for rolebook itself.
pub(super) fn examples(path: &str) -> Vec<Example> {
    let examples: &[(&str, &str, &str)] = match path {
        "" => &[
            ("rolebook init roles", "start a library in the folder roles", "在文件夹 roles 中新建岗位库"),
            ("rolebook build roles", "all its documents, into dist/", "生成全部文档，写入 dist/"),
            ("rolebook build --help", "more about one command", "查看某个命令的详细用法"),
        ],
        "build" => &[
            ("rolebook build", "everything in this folder, into dist/", "生成当前文件夹的岗位库，写入 dist/"),
            (
                "rolebook build data --format pdf --theme outline",
                "PDF only, in another theme",
                "只生成 PDF，换用条目式",
            ),
            (
                "rolebook build data --role account-manager --lang en",
                "one role in one language",
                "只生成一个岗位的一种语言",
            ),
            ("rolebook build signed.json --library data", "a PDF once more", "重新生成同一份 PDF"),
            (
                "rolebook build data --role account-manager --emit view",
                "what the templates see of it",
                "查看模板看到的内容",
            ),
        ],
        "book" => &[
            (
                "rolebook book",
                "all roles of this folder, into dist/book-LANG.pdf",
                "汇编当前文件夹的全部岗位，写入 dist/book-语言.pdf",
            ),
            (
                "rolebook book data --lang zh-CN --out handbook.pdf",
                "one language, into a file of your own",
                "只汇编一种语言，写入指定文件",
            ),
            (
                "rolebook book data --unit marketing-center --theme agreement",
                "one unit and those below it, in another theme",
                "只汇编一个部门及其下级，换用协议式",
            ),
        ],
        "site" => &[
            (
                "rolebook site --base-url https://careers.example.com",
                "the openings in this folder, into dist/site/",
                "发布当前文件夹的招聘岗位，写入 dist/site/",
            ),
            (
                "rolebook site data --no-pdf --today 2026-12-01",
                "without PDFs, as of a day",
                "不生成 PDF，按指定日期判断",
            ),
        ],
        "serve" => &[
            ("rolebook serve", "the library in this folder", "预览当前文件夹的岗位库"),
            (
                "rolebook serve hr --open",
                "that in hr, and open the browser",
                "预览 hr 中的岗位库，并打开浏览器",
            ),
            ("rolebook serve --port 8080", "on another port", "换一个端口"),
        ],
        "check" => &[
            ("rolebook check", "the library in this folder", "检查当前文件夹的岗位库"),
            ("rolebook check data --role account-manager", "one role", "只检查一个岗位"),
            ("rolebook check data --deny warnings --format sarif > check.sarif", "in CI", "用于持续集成"),
            (
                "rolebook check --text posting.docx",
                "a posting that is not JSON yet",
                "检查尚未录入的招聘文案",
            ),
            ("rolebook check data --diff", "what --fix would change", "查看 --fix 将作的修改"),
        ],
        "explain" => &[
            ("rolebook explain", "all rules", "列出全部规则"),
            (
                "rolebook explain gender_only",
                "why a rule is there, with examples",
                "查看一条规则的理由和示例",
            ),
            (
                "rolebook explain account-manager-finance /summary --library data",
                "which file wrote a value",
                "查看某个值写在哪个文件",
            ),
        ],
        "compare" => &[
            (
                "rolebook compare account-manager key-account-manager",
                "what differs, in the terminal",
                "在终端查看差异",
            ),
            (
                "rolebook compare account-manager key-account-manager --out compare.html",
                "a page to hand around",
                "生成可以分发的网页",
            ),
            (
                "rolebook compare account-manager@HEAD~1 account-manager",
                "the last change, and who must sign again",
                "最近一次修改，以及谁须重新签署",
            ),
            (
                "rolebook compare signed.pdf account-manager",
                "a PDF against the library",
                "把 PDF 与岗位库对比",
            ),
            ("rolebook compare --matrix", "which roles are nearly the same", "哪些岗位几乎相同"),
        ],
        "release" => &[
            (
                "rolebook release account-manager --dry-run",
                "what would be written, and as which version",
                "先看将写入什么、版本号是多少",
            ),
            (
                "rolebook release account-manager --material --summary 'credit approval added'",
                "the next version, to be signed again",
                "发布下一版，须重新签署",
            ),
            (
                "rolebook release account-manager hr --version 2.0 --date 2026-07-01",
                "another version and day, of the library in hr",
                "指定版本号和生效日期；岗位库在 hr",
            ),
        ],
        "verify" => &[
            ("rolebook verify signed.pdf", "against the library in this folder", "与当前文件夹的岗位库核对"),
            (
                "rolebook verify personnel/2026 --library hr",
                "every PDF below a folder, against the library in hr",
                "核验文件夹中的全部 PDF",
            ),
            ("rolebook verify archive --format json > answers.json", "for a program", "供程序读取"),
        ],
        "extract" => &[(
            "rolebook extract signed.pdf --out signed.json",
            "the role, as it was when the PDF was made",
            "取出 PDF 生成时的岗位数据",
        )],
        "list" => &[
            ("rolebook list", "the roles in this folder", "当前文件夹中的岗位"),
            ("rolebook list data --lang en", "with English titles", "岗位名称用英文"),
            ("rolebook list data --format csv > roles.csv", "for a spreadsheet", "用电子表格打开"),
        ],
        "register" => &[
            (
                "rolebook register --out register.xlsx",
                "all roles in this folder, for Excel",
                "当前文件夹的全部岗位，供 Excel 打开",
            ),
            ("rolebook register data --lang en > register.csv", "as CSV, in English", "英文 CSV"),
        ],
        "org-chart" => &[
            ("rolebook org-chart", "who reports to whom, in the terminal", "在终端查看汇报关系"),
            ("rolebook org-chart data --out org-chart.pdf", "on paper", "输出为 PDF，供打印"),
            (
                "rolebook org-chart data --unit power-supply --out power.svg",
                "one unit, for a slide",
                "只画一个部门，用于幻灯片",
            ),
        ],
        "authority-matrix" => &[
            ("rolebook authority-matrix --out authorities.pdf", "on paper", "输出为 PDF，供打印"),
            (
                "rolebook authority-matrix data --columns rights --out authorities.html",
                "who proposes, reviews and decides, in columns",
                "按提议、审核、决定分列的网页",
            ),
            ("rolebook authority-matrix data --out authorities.xlsx", "for Excel", "供 Excel 打开"),
        ],
        "theme" | "theme list" => &[
            ("rolebook theme list", "what there is to choose from", "有哪些版式可选"),
            ("rolebook theme list data", "with those of the library in data", "连同岗位库 data 自己的版式"),
            ("rolebook theme show outline", "what stands in it, in order", "某个版式依次有哪些栏目"),
        ],
        "theme show" => &[
            ("rolebook theme show outline", "what stands in it, in order", "依次有哪些栏目"),
            ("rolebook theme show outline --format json", "the file that it is made of", "版式文件本身"),
        ],
        "fonts" => &[
            ("rolebook fonts", "built-in fonts and those of this library", "内置字体和当前岗位库的字体"),
            ("rolebook fonts data --system", "and those of the system", "再加上系统字体"),
        ],
        "init" => &[
            ("rolebook init roles", "start a library in the folder roles", "在文件夹 roles 中新建岗位库"),
            ("rolebook init .", "start one in this folder", "在当前文件夹新建"),
        ],
        "new" => &[
            (
                "rolebook new sales-manager",
                "a skeleton: roles/sales-manager.json",
                "空白岗位 roles/sales-manager.json",
            ),
            (
                "rolebook new sales-manager-east --from sales-manager",
                "a variant of sales-manager",
                "sales-manager 的变体",
            ),
        ],
        "schema" => &[
            ("rolebook schema > schema/role.schema.json", "for an editor", "供编辑器使用"),
            ("rolebook schema library", "that of rolebook.json", "rolebook.json 的 schema"),
            ("rolebook schema jobs", "that of a site's jobs.json", "招聘网站 jobs.json 的 schema"),
            ("rolebook schema esign", "that of ID.esign.json", "签署位置文件的 schema"),
            ("rolebook schema theme", "that of templates/themes/NAME.json", "版式文件的 schema"),
        ],
        "completions" => &[
            (
                "echo 'source <(rolebook completions bash)' >> ~/.bashrc",
                "Bash, from the next shell on",
                "Bash，重新打开终端后生效",
            ),
            (
                "rolebook completions zsh > ~/.zfunc/_rolebook",
                "Zsh, with ~/.zfunc in fpath",
                "Zsh，需把 ~/.zfunc 加入 fpath",
            ),
            ("rolebook completions fish > ~/.config/fish/completions/rolebook.fish", "fish", "fish"),
            ("rolebook completions powershell >> $PROFILE", "PowerShell", "PowerShell"),
        ],
        "man" => &[
            ("rolebook man build | man -l -", "read the page of build", "阅读 build 的手册页"),
            ("rolebook man --out ~/.local/share/man/man1", "install all pages", "安装全部手册页"),
        ],
        "help" => &[("rolebook help build", "the same as rolebook build --help", "同 rolebook build --help")],
        _ => &[],
    };
    examples.iter().map(|&(line, en, zh_cn)| Example { line, says: Message::new(en, zh_cn) }).collect()
}

/// A theme in one line; one that is not named here has no description.
pub(super) fn theme(name: &str) -> Option<Message> {
    Some(match name {
        "form" => Message::new(
            "the bordered form: header grid, duty blocks, side headings, signature row",
            "表格式：表头、职责分块、侧栏标题、签署栏",
        ),
        "outline" => Message::new(
            "numbered headings 一、二、三 or 1. 2. 3., numbered duties with a bold lead",
            "条目式：一、二、三分节，职责逐条编号，要点加粗",
        ),
        "agreement" => Message::new(
            "cards, a statement of agreement, and a block for both parties to sign",
            "协议式：卡片版面，协议条款，双方签署栏",
        ),
        "dossier" => Message::new(
            "numbered sections with check-box items, a file to be kept",
            "档案式：分节编号，条目带方框，便于存档",
        ),
        _ => return None,
    })
}

/// What is expected of an option whose value is checked by code.
pub(super) fn expected(option: &str) -> Option<Message> {
    Some(match option {
        "--port" => Message::new("write a whole number from 0 to 65535", "请写 0 到 65535 的整数"),
        "--jobs" => Message::new("write a whole number from 1 to 1024", "请写 1 到 1024 的整数"),
        "--width" => Message::new("write a whole number from 40 to 1000", "请写 40 到 1000 的整数"),
        "--depth" => Message::new("write a whole number from 1 to 16", "请写 1 到 16 的整数"),
        _ => return None,
    })
}

/// The fixed words of the help.
pub(super) struct Labels {
    pub(super) usage: &'static str,
    pub(super) some_options: &'static str,
    pub(super) command: &'static str,
    pub(super) commands: &'static str,
    pub(super) arguments: &'static str,
    pub(super) options: &'static str,
    pub(super) examples: &'static str,
    pub(super) colon: &'static str,
    /// What follows a colon: a Chinese one has its space inside.
    pub(super) space: &'static str,
    pub(super) comma: &'static str,
    pub(super) default: &'static str,
    pub(super) one_of: &'static str,
}

/// In English.
pub(super) const ENGLISH: Labels = Labels {
    usage: "Usage",
    some_options: "OPTIONS",
    command: "COMMAND",
    commands: "Commands",
    arguments: "Arguments",
    options: "Options",
    examples: "Examples",
    colon: ":",
    space: " ",
    comma: ", ",
    default: "default: ",
    one_of: "one of: ",
};

/// In Chinese.
pub(super) const CHINESE: Labels = Labels {
    usage: "用法",
    some_options: "选项",
    command: "命令",
    commands: "命令",
    arguments: "参数",
    options: "选项",
    examples: "示例",
    colon: "：",
    space: "",
    comma: "、",
    default: "默认：",
    one_of: "可选：",
};

/// The headings that clap_mangen writes, and their Chinese.
pub(super) const MANUAL: &[(&str, &str, &str)] = &[
    ("NAME", "NAME", "名称"),
    ("SYNOPSIS", "SYNOPSIS", "概要"),
    ("DESCRIPTION", "DESCRIPTION", "描述"),
    ("OPTIONS", "OPTIONS", "选项"),
    ("SUBCOMMANDS", "COMMANDS", "命令"),
    ("EXTRA", "EXAMPLES", "示例"),
    ("VERSION", "VERSION", "版本"),
];
