#!/usr/bin/env python3
"""Writes a library of as many roles as asked for: Chinese and English, of three pages each,
with units, superiors, variants, relations and some openings.

    large_library.py FOLDER ROLES

A role depends on its number alone, but for whom it leads: those there are. Invented: no
person, company or pay in it is anybody's.
"""

import json
import pathlib
import random
import sys

# Every tenth role is a base, and the two after it are its variants.
FAMILY = 10
# One opening in so many roles.
OPENING = 7

UNITS = [
    ("operations", "运营中心", "Operations"),
    ("sales", "销售中心", "Sales"),
    ("service", "客户服务部", "Customer Service"),
    ("supply", "供应链部", "Supply Chain"),
    ("quality", "质量部", "Quality"),
    ("finance", "财务部", "Finance"),
    ("people", "人力资源部", "Human Resources"),
    ("engineering", "技术部", "Engineering"),
    ("projects", "项目管理部", "Project Office"),
    ("compliance", "法务合规部", "Legal and Compliance"),
]

# What the work is about, with the ending of a title for it.
SUBJECTS = [
    ("订单履约", "Order Fulfilment"),
    ("渠道合作", "Channel Partnerships"),
    ("设备维护", "Equipment Maintenance"),
    ("合同评审", "Contract Review"),
    ("预算管理", "Budgeting"),
    ("培训发展", "Training"),
    ("仓储物流", "Warehousing"),
    ("客户回访", "Customer Care"),
    ("采购寻源", "Sourcing"),
    ("质量检验", "Inspection"),
    ("数据分析", "Data Analysis"),
    ("流程改进", "Process Improvement"),
    ("投标报价", "Tendering"),
    ("薪酬核算", "Payroll"),
    ("现场实施", "Field Delivery"),
    ("信息安全", "Information Security"),
]

RANKS = [
    ("专员", "Specialist", 12),
    ("高级专员", "Senior Specialist", 36),
    ("主管", "Supervisor", 60),
    ("经理", "Manager", 84),
]

# What a duty is about, what is done, three tasks, and what comes of it. {s} is the subject.
DUTIES = [
    (
        ("计划编制", "Planning"),
        ("编制{s}年度计划并分解到季度", "Draw up the yearly plan of {s} and break it down by quarter"),
        [
            ("收集各部门需求，核对上年完成情况", "Collect the needs of all departments and check last year's results"),
            ("提交计划草案，按评审意见修订", "Submit a draft and revise it after the review"),
            ("每季度对照计划检查偏差，提出调整建议", "Compare results with the plan every quarter and propose changes"),
        ],
        ("年度计划与季度检查表", "Yearly plan and quarterly review sheets"),
    ),
    (
        ("日常执行", "Daily execution"),
        ("按规程办理{s}业务，保证记录完整", "Carry out {s} to the procedure and keep complete records"),
        [
            ("受理申请，核对资料是否齐全", "Take in requests and check that nothing is missing"),
            ("在两个工作日内办结并答复申请人", "Settle each within two working days and answer the applicant"),
            ("登记台账，按月归档", "Enter it in the register and file the register monthly"),
        ],
        ("业务台账", "Register of cases"),
    ),
    (
        ("质量控制", "Quality control"),
        ("检查{s}各环节的质量，督促整改", "Check the quality of each step of {s} and see that faults are corrected"),
        [
            ("按抽样方案检查，记录不符合项", "Inspect samples to the scheme and record what does not conform"),
            ("组织原因分析，确定整改责任人和期限", "Lead the search for causes and name who corrects what by when"),
            ("复查整改结果，更新检查标准", "Verify the correction and update the standard"),
        ],
        ("质量月报", "Monthly quality report"),
    ),
    (
        ("沟通协调", "Coordination"),
        ("协调内外部资源，解决{s}中的跨部门问题", "Bring people inside and outside together where {s} meets other departments"),
        [
            ("主持周例会，跟踪未决事项", "Chair the weekly meeting and follow open matters"),
            ("与供应商核对交付进度，处理异常", "Check progress with suppliers and settle exceptions"),
            ("向上级报告重大风险和应对方案", "Report serious risks, with a way to meet them"),
        ],
        ("会议纪要与问题清单", "Minutes and list of open matters"),
    ),
    (
        ("数据报告", "Reporting"),
        ("统计{s}数据，形成分析报告供决策使用", "Compile the figures of {s} and turn them into reports to decide by"),
        [
            ("核对来源系统，保证口径一致", "Check the source systems so that figures mean the same"),
            ("编制月度分析，说明变化原因", "Write the monthly analysis and explain what changed"),
            ("维护指标定义，回答管理层询问", "Keep the definitions of measures and answer questions of management"),
        ],
        ("月度分析报告", "Monthly analysis"),
    ),
    (
        ("制度建设", "Procedures"),
        ("修订{s}相关制度，组织宣贯", "Revise the procedures of {s} and make them known"),
        [
            ("梳理现行制度，找出缺口和冲突", "Go through the procedures in force for gaps and conflicts"),
            ("起草修订稿，征求使用部门意见", "Draft the revision and ask the departments that use it"),
            ("组织培训，检查执行情况", "Hold training and check that it is followed"),
        ],
        ("制度修订稿与培训记录", "Revised procedures and training records"),
    ),
    (
        ("成本控制", "Cost control"),
        ("控制{s}费用，使支出不超过批准的预算", "Keep the cost of {s} within the approved budget"),
        [
            ("审核费用申请，核对预算余额", "Review claims against what is left of the budget"),
            ("比较报价，提出节约方案", "Compare offers and propose savings"),
            ("每月通报预算执行率，对超支提出预警", "Report the use of the budget monthly and warn of overruns"),
        ],
        ("预算执行表", "Budget sheet"),
    ),
    (
        ("团队培养", "Developing the team"),
        ("培养{s}人员，提高专业能力", "Develop the people of {s} in their profession"),
        [
            ("为新成员安排导师，制定三个月带教计划", "Give each new member a mentor and a plan for three months"),
            ("每月组织案例分享，整理成教材", "Hold a case study every month and keep it as teaching material"),
            ("评价绩效，商定改进目标", "Appraise performance and agree what to improve"),
        ],
        ("带教计划与案例集", "Mentoring plans and collected cases"),
    ),
]

KPIS = [
    ("on-time", ("按时完成率", "Done on time"), ("按时完成项数÷全部项数×100%", "Done on time ÷ all × 100%"), "%"),
    ("quality", ("一次合格率", "Right first time"), ("一次合格件数÷检查件数×100%", "Right first time ÷ inspected × 100%"), "%"),
    ("satisfaction", ("内部客户满意度", "Satisfaction of departments"), ("评分合计÷有效问卷数", "Sum of scores ÷ valid answers"), {"zh-CN": "分", "en": "points"}),
    ("budget", ("预算执行偏差", "Deviation from budget"), ("（实际－预算）÷预算×100%", "(Actual − budget) ÷ budget × 100%"), "%"),
]

SKILLS = [
    (("表格与数据处理", "Spreadsheets and data"), ("能独立完成多表汇总与核对", "Merges and reconciles tables alone")),
    (("公文写作", "Business writing"), ("能写出结构清楚的报告与方案", "Writes well-structured reports and proposals")),
    (("项目管理", "Project management"), ("能编制进度计划并跟踪关键节点", "Draws up schedules and follows milestones")),
    (("谈判", "Negotiation"), ("能依据事实提出并坚持合理条件", "Puts forward and holds reasonable terms, with facts")),
    (("系统操作", "Systems"), ("熟悉业务系统的录入、查询与导出", "Knows entry, search and export in the business systems")),
]

COMPETENCIES = [
    ("communication", "沟通协调", "Communication"),
    ("results", "结果导向", "Results"),
    ("learning", "学习能力", "Learning"),
    ("integrity", "诚信", "Integrity"),
]


def both(pair, **words):
    """A text in both languages; `words` are pairs as well."""
    return {
        tag: text.format(**{key: value[at] for key, value in words.items()})
        for at, (tag, text) in enumerate(zip(("zh-CN", "en"), pair))
    }


def identifier(number):
    return f"role-{number:05}"


def settings():
    """The settings of the library."""
    return {
        "organization": {
            "name": both(("澄江实业有限公司", "Chengjiang Industries Co., Ltd.")),
            "overview": both(("澄江实业生产并维护工业设备，为制造企业提供配套服务。", "Chengjiang Industries makes and maintains industrial equipment and serves manufacturers.")),
        },
        "languages": ["zh-CN", "en"],
        "theme": "form",
        "sign_off": {
            "statement": both(("本人已阅读本说明书，理解并接受其中的职责与要求。", "I have read this description, and understand and accept its duties and requirements.")),
            "blocks": [{"id": "holder", "party": "job_holder"}, {"id": "supervisor", "party": "supervisor"}, {"id": "hr", "party": "hr", "seal": True}],
        },
        "units": [{"id": unit, "name": both((chinese, english))} for unit, chinese, english in UNITS],
        "competencies": [
            {
                "id": competency,
                "name": both((chinese, english)),
                "levels": [{"id": str(level), "name": both((f"{level}级", f"Level {level}"))} for level in range(1, 5)],
            }
            for competency, chinese, english in COMPETENCIES
        ],
        "site": {"title": both(("加入澄江", "Careers")), "base_url": "https://careers.example.com"},
    }


def shares(count, random):
    """So many multiples of five that sum to 100."""
    cuts = sorted(random.sample(range(1, 20), count - 1))
    return [(after - before) * 5 for before, after in zip([0, *cuts], [*cuts, 20])]


def superior(number):
    """The number of a role's superior; none for the first one, which has none."""
    return None if number == 1 else max(1, number // 8)


def reports(number, roles):
    """Whom a role of a library leads."""
    led = range(2, 16) if number == 1 else range(number * 8, number * 8 + 8)
    return [{"id": identifier(other), "role": identifier(other)} for other in led if other <= roles]


def limit(number):
    """Up to what a role decides, in yuan: less than its superior."""
    level = 0
    while number > 1:
        number, level = superior(number), level + 1
    return [500_000, 100_000, 20_000, 5_000][min(level, 3)] // max(1, level - 2)


def role(number, roles):
    """One role of a library of so many."""
    choose = random.Random(number)
    base = number - number % FAMILY
    if base and number % FAMILY in (1, 2):
        return variant(number, base, roles, choose)
    unit = UNITS[number % len(UNITS)]
    subject = choose.choice(SUBJECTS)
    rank = choose.choice(RANKS)
    title = (f"{subject[0]}{rank[0]}（{number}组）", f"{subject[1]} {rank[1]}, Group {number}")
    group = (f"{number}组{subject[0]}", f"group {number}'s {subject[1].lower()}")
    duties = choose.sample(DUTIES, choose.randint(5, 7))
    time, weight = (shares(len(duties), choose) for _ in range(2))
    kpis = choose.sample(KPIS, 3)
    made = {
        "title": both(title),
        "code": f"CJ-{number:05}",
        "document": {
            "version": f"{choose.randint(1, 4)}.{choose.randint(0, 5)}",
            "status": "published",
            "effective_date": f"2026-{choose.randint(1, 9):02}-{choose.randint(1, 28):02}",
            "review_by": "2028-12-31",
            "confidentiality": "internal",
        },
        "organization": {"unit": unit[0]},
        "family": both((unit[1], unit[2])),
        "grade": f"P{choose.randint(3, 9)}",
        "category": choose.choice(["professional", "technical", "operations"]),
        "headcount": choose.randint(1, 9),
        "locations": [
            {
                "id": "site",
                "name": both(("澄江园区", "Chengjiang Park")),
                "address": {"country": "CN", "region": both(("江苏省", "Jiangsu")), "locality": both(("澄江市", "Chengjiang"))},
            }
        ],
        "reporting": {
            "reports_to": identifier(superior(number)) if superior(number) else both(("董事会", "Board")),
            "direct_reports": reports(number, roles),
        },
        "summary": both(
            (
                "负责{u}的{s}工作，组织{n}人以内的小组完成计划，按流程办理业务并持续改进，使交付按时、合格、不超预算。",
                "Looks after {s} in {u}: leads a group of up to {n} in carrying out the plan, works to procedure and keeps improving it, so that what is delivered is on time, sound and within budget.",
            ),
            u=unit[1:], s=subject, n=(choose.randint(3, 12),) * 2,
        ),
        "purpose": both(("让{s}成为各部门可以依靠的支持。", "Makes {s} a support that every department can rely on."), s=subject),
        "duties": [
            {
                "id": f"duty-{at}",
                "area": both(area),
                "statement": both(statement, s=group),
                "tasks": [both(task) for task in choose.sample(tasks, choose.randint(2, 3))],
                "involvement": choose.choice(["responsible", "organize"]),
                "frequency": choose.choice(["daily", "weekly", "monthly", "quarterly"]),
                "time_percent": time[at],
                "weight": weight[at],
                "outputs": [both(output)],
                "kpi_refs": [kpis[at % 3][0]],
            }
            for at, (area, statement, tasks, output) in enumerate(duties)
        ],
        "authorities": [
            {
                "id": "spending",
                "domain": "finance",
                "matter": both(("{s}费用", "Spending on {s}"), s=subject),
                "right": "decide",
                "limit": {"amount": limit(number), "currency": "CNY", "per": "transaction"},
            },
            {"id": "people", "domain": "personnel", "matter": both(("小组成员的考核", "Appraisal of the group")), "right": ["propose", "evaluate"]},
            {"id": "delivery", "domain": "business", "matter": both(("不合格交付物的退回", "Return of what does not conform")), "right": "decide"},
        ],
        "kpis": [
            {
                "id": kpi,
                "name": both(name),
                "formula": both(formula),
                "target": f"≥ {choose.randint(85, 98)}" if kpi != "budget" else f"≤ {choose.randint(2, 6)}",
                "unit": of,
                "weight": [40, 30, 30][at],
                "cycle": choose.choice(["monthly", "quarterly"]),
            }
            for at, (kpi, name, formula, of) in enumerate(kpis)
        ],
        "relations": [
            {
                "id": "superior",
                "side": "internal",
                "counterpart": identifier(superior(number) or 1) if number > 1 else both(("各部门", "All departments")),
                "purpose": both(("报告进度，请示重大事项", "Reports progress and asks for decisions")),
                "frequency": "weekly",
            },
            {
                "id": "finance",
                "side": "internal",
                "counterpart": both(("财务部", "Finance")),
                "purpose": both(("预算编制与费用核销", "Budgets and claims")),
                "frequency": "monthly",
            },
            {
                "id": "suppliers",
                "side": "external",
                "counterpart": both(("供应商", "Suppliers")),
                "purpose": both(("核对{s}的交付进度与质量", "Checks progress and quality of deliveries for {s}"), s=subject),
                "frequency": "weekly",
            },
        ],
        "qualifications": {
            "education": [{"id": "degree", "level": choose.choice(["associate", "bachelor"]), "tier": "required"}],
            "experience": [{"id": "field", "months": rank[2], "domain": both(("{s}", "{s}"), s=subject), "tier": "required"}],
            "skills": [
                {"id": f"skill-{at}", "name": both(name), "description": both(description)}
                for at, (name, description) in enumerate(choose.sample(SKILLS, 3))
            ],
            "competencies": [
                {"id": competency, "competency_ref": competency, "level": str(choose.randint(2, 4))}
                for competency, _, _ in choose.sample(COMPETENCIES, 3)
            ],
        },
        "conditions": {
            "workplace": choose.choice(["on_site", "hybrid"]),
            "hours_system": "standard",
            "schedule": both(("标准工时，周末双休；加班依法支付加班费或安排调休", "Standard hours, weekends off; overtime is paid or compensated under the law")),
            "travel_percent": choose.choice([5, 10, 20]),
            "environment": [both(("办公室与现场结合", "Office and site"))],
        },
        "compensation": {
            "pay_type": "base_plus_bonus",
            "range": {"min": 6000 + 500 * choose.randint(0, 8), "max": 12000 + 500 * choose.randint(0, 8), "currency": "CNY", "period": "month"},
            "benefits": [both(("社会保险与住房公积金", "Social insurance and housing fund")), both(("带薪年休假", "Paid annual leave"))],
        },
        "employment": {"type": "full_time", "probation_months": 3},
        "revisions": [
            {
                "id": "r1",
                "version": "1.0",
                "date": "2025-11-01",
                "author": both(("人力资源部", "Human Resources")),
                "summary": both(("首次发布", "First edition")),
                "material": True,
            }
        ],
    }
    if number % OPENING == 0:
        made["posting"] = posting(number)
    return made


def posting(number):
    return {
        "openings": 1 + number % 3,
        "date_posted": "2026-10-15",
        "valid_through": "2027-06-30",
        "apply": {"url": f"https://careers.example.com/apply/{identifier(number)}"},
    }


def variant(number, base, roles, choose):
    """A role that takes over most of another one."""
    market = choose.choice([("华东", "East China"), ("华南", "South China"), ("西南", "Southwest China"), ("华北", "North China")])
    made = {
        "extends": identifier(base),
        "title": both(("{m}业务代表（{n}组）", "Representative for {m}, Group {n}"), m=market, n=(number,) * 2),
        "code": f"CJ-{number:05}",
        "reporting": {"reports_to": identifier(superior(number)), "direct_reports": reports(number, roles) or None},
        "summary": both(
            ("在{m}承担与基准岗位相同的职责，并负责当地客户与供应商的联络。", "Has the duties of its base in {m}, and is in touch with customers and suppliers there."),
            m=market,
        ),
        "headcount": choose.randint(1, 5),
        "relations": [
            {"id": "superior", "counterpart": identifier(superior(number))},
            {
                "id": "local",
                "side": "external",
                "counterpart": both(("{m}客户", "Customers in {m}"), m=market),
                "purpose": both(("需求沟通与回访", "Needs and follow-up")),
                "frequency": "weekly",
            }
        ],
    }
    if number % OPENING == 0:
        made["posting"] = posting(number)
    return made


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def library(folder, roles):
    """Writes a library into a folder."""
    folder = pathlib.Path(folder)
    (folder / "roles").mkdir(parents=True)
    write(folder / "rolebook.json", settings())
    for number in range(1, roles + 1):
        write(folder / "roles" / f"{identifier(number)}.json", role(number, roles))


def leaf(roles):
    """The last role of a library that leads no other one and is neither a base nor a variant."""
    return next(
        number for number in range(roles, 0, -1)
        if not reports(number, roles) and number % FAMILY not in (0, 1, 2)
    )


def openings(roles):
    """How many roles of a library are openings; a variant takes over the one of its base."""
    def is_variant(number):
        return number > FAMILY and number % FAMILY in (1, 2)

    return sum(
        number % OPENING == 0 or is_variant(number) and (number - number % FAMILY) % OPENING == 0
        for number in range(1, roles + 1)
    )


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit(__doc__)
    library(sys.argv[1], int(sys.argv[2]))
