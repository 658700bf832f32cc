"""What industries are called: in full, in at most 20 characters, and by other words that people look for them by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from bot.domain.groups import folded
from bot.domain.industries import LONGEST_SHORT, Industry, Vocabulary, value_of
from bot.i18n import Words, _, locale_str, words
from bot.rendering.calendar import shortened

# In full and in short. No comma: people divide a list of them by it.
NAMES: Mapping[str, tuple[locale_str, locale_str]] = {
    "agriculture": (_("Agriculture and fisheries"), _("Farming and fishing")),
    "construction": (_("Construction and civil engineering"), _("Construction")),
    "manufacturing": (_("Manufacturing"), _("Manufacturing")),
    "energy": (_("Energy and public utilities"), _("Energy and utilities")),
    "information": (_("Information technology and media"), _("IT and media")),
    "logistics": (_("Transport and logistics"), _("Logistics")),
    "wholesale": (_("Trading and wholesale"), _("Wholesale")),
    "retail": (_("Retail and shops"), _("Retail")),
    "finance": (_("Finance and insurance"), _("Finance")),
    "real_estate": (_("Real estate and rental"), _("Real estate")),
    "professional": (_("Consulting and professional services"), _("Law and consulting")),
    "research": (_("Research and engineering services"), _("Research")),
    "hospitality": (_("Hotels and restaurants"), _("Food and lodging")),
    "leisure": (_("Leisure and personal services"), _("Leisure and beauty")),
    "education": (_("Education and training"), _("Education")),
    "medical": (_("Medicine and health care"), _("Medicine")),
    "welfare": (_("Social care and welfare"), _("Care and welfare")),
    "associations": (_("Associations and cooperatives"), _("Associations")),
    "services": (_("Business support services"), _("Business services")),
    "public": (_("Government and public service"), _("Government")),
}

_HINTS: Mapping[str, str] = {
    "agriculture": "farm forestry fishery food producer 農業 林業 漁業 水産 畜産 酪農 農家",
    "construction": "building architect carpenter civil 建築 土木 工務店 ゼネコン 設備工事 電気工事",
    "manufacturing": "maker factory car chemicals pharmaceutical food メーカー 工場 自動車 化学 製薬 食品 機械",
    "energy": "electricity power gas water utility mining oil 電力 電気 ガス 水道 石油 資源 鉱業 再生可能エネルギー",
    "information": "it software telecom internet web publishing broadcasting advertising システム ソフトウェア "
    "通信 インターネット 出版 新聞 放送 テレビ 広告 映像 マスコミ",
    "logistics": "transport trucking shipping railway airline warehouse 物流 運送 鉄道 航空 海運 倉庫 宅配",
    "wholesale": "trading distributor import export 商社 問屋 卸 貿易 流通",
    "retail": "shop store supermarket e-commerce 小売 店 スーパー コンビニ 百貨店 通販",
    "finance": "bank securities broker insurance fund 銀行 証券 信用金庫 保険 投資 クレジット",
    "real_estate": "property leasing housing 不動産 賃貸 リース レンタル 住宅",
    "professional": "lawyer accountant tax consultant patent design 弁護士 会計士 税理士 行政書士 社労士 弁理士 "
    "コンサル デザイン 士業",
    "research": "science laboratory survey university 研究所 開発 調査 測量 設計 技術士",
    "hospitality": "restaurant cafe bar hotel inn 飲食 レストラン カフェ 居酒屋 ホテル 旅館 民宿",
    "leisure": "travel beauty salon sports entertainment wedding 旅行 美容 理容 サロン 娯楽 スポーツ 冠婚葬祭",
    "education": "school teacher university tutoring 学校 教師 教員 大学 塾 保育園 幼稚園 研修",
    "medical": "doctor nurse hospital pharmacy clinic 医師 看護 病院 薬局 薬剤師 歯科 クリニック 健康",
    "welfare": "care nursing home childcare social worker 介護 福祉 保育 障害 老人ホーム",
    "associations": "npo nonprofit union cooperative religion 団体 組合 農協 生協 郵便局 商工会 宗教 財団",
    "services": "staffing cleaning security repair waste 人材 派遣 警備 清掃 整備 修理 廃棄物 コールセンター",
    "public": "government city ministry police defense 公務 官庁 市役所 県庁 自治体 国 警察 消防 自衛隊",
}
"""Other words, divided by blanks: they find an industry, but are none of its names."""
_SEPARATOR = ", "
"""In all languages: whoever goes on typing behind a choice sees what divides the items."""


def name(industry: Industry, w: Words) -> str:
    """An industry in full; one that the community has added as it was written."""
    return w(NAMES[industry.key][0]) if industry.key in NAMES else industry.name


def short(industry: Industry, w: Words) -> str:
    """An industry in at most 20 characters."""
    return w(NAMES[industry.key][1]) if industry.key in NAMES else shortened(industry.name, LONGEST_SHORT)


@cache
def vocabulary() -> Vocabulary:
    """The names in every language, and the other words."""
    spoken = {
        folded(w(text)): key for key, texts in NAMES.items() for w in (words("en"), words("ja")) for text in texts
    }
    return Vocabulary(spoken, {key: [folded(hint) for hint in hints.split()] for key, hints in _HINTS.items()})


def choice(industries: Sequence[Industry], w: Words) -> tuple[str, str]:
    """A list of industries as an entry to choose: what people read, and what is sent."""
    *before, last = [name(industry, w) for industry in industries]
    if not industries[-1].key:
        last = w(_("Add “{name}”"), name=last)
    return _SEPARATOR.join((*before, last)), _SEPARATOR.join(value_of(industry) for industry in industries)
