"""What people say instead of an industry's name: everyday words for each of the bundled ones, in both languages.

A word that stands at one industry alone means it, and nobody is asked. One that stands at several ("food") may mean
each of them, and one of `HINTS` may mean something else. What the names themselves say (see
`bot.rendering.industries`) needs no place here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.domain.groups import folded

EVERYDAY: Mapping[str, str] = {
    "agriculture": (
        "agriculture, farm, farming, farmer, dairy, livestock, forestry, fishery, fishing, fisherman, food, "
        "農業, 林業, 漁業, 水産, 畜産, 酪農, 農家, 農園, 牧場, 漁師, のうぎょう"
    ),
    "construction": (
        "building, architect, architecture, carpenter, carpentry, civil engineering, contractor, plumber, "
        "建築, 建築士, 土木, 大工, 工務店, ゼネコン, 設備工事, 電気工事, 内装, 塗装, リフォーム, 住宅, 設計, "
        "けんせつ"
    ),
    "manufacturing": (
        "maker, manufacturer, factory, car, cars, automobile, automotive, chemicals, pharma, electronics, "
        "pharmaceutical, pharmaceuticals, machinery, semiconductors, steel, textiles, food, engineer, "
        "engineering, apparel, "
        "メーカー, 製造, 工場, 車, 自動車, 化学, 製薬, 食品, 機械, 電機, 半導体, 鉄鋼, 素材, 繊維, アパレル, "
        "設計, 開発, エンジニア"
    ),
    "energy": (
        "electricity, electric power, gas, water supply, utility, utilities, mining, oil, renewable energy, "
        "電力, 電気, ガス, 水道, 石油, 資源, 鉱業, エネルギー, 再生可能エネルギー, 再エネ"
    ),
    "information": (
        "it, ict, ai, software, software development, programmer, programming, telecom, internet, web, game, "
        "games, publishing, publisher, newspaper, broadcasting, television, tv, media, advertising, security, "
        "developer, engineer, engineering, se, systems engineer, "
        "システム, システム開発, システムエンジニア, インフラエンジニア, 情シス, "
        " ソフト, ソフトウェア, プログラマー, 通信, 情報, 情報通信, インターネット, "
        "ネット, ウェブ, アプリ, ゲーム, 出版, 新聞, 放送, テレビ, 広告, 広告代理店, 映像, メディア, マスコミ, "
        "開発, エンジニア"
    ),
    "logistics": (
        "transport, transportation, trucking, shipping, railway, railroad, airline, aviation, taxi, bus, "
        "delivery, warehouse, courier, "
        "物流, 運送, 運輸, 鉄道, 航空, 海運, 倉庫, 宅配, 配送, トラック, タクシー, バス, 引越し, 流通, "
        "ぶつりゅう"
    ),
    "wholesale": (
        "trading, trading company, distributor, import, export, wholesaler, food, "
        "商社, 総合商社, 問屋, 卸, 貿易, 輸入, 輸出, 食品, 流通"
    ),
    "retail": (
        "shop, shops, store, supermarket, convenience store, department store, e-commerce, online shop, "
        "bookstore, food, apparel, "
        "店, お店, 小売店, スーパー, コンビニ, 百貨店, デパート, 通販, ネットショップ, 本屋, 書店, 花屋, 八百屋, "
        "ドラッグストア, 販売, 車, 食品, アパレル, 流通"
    ),
    "finance": (
        "bank, banks, banker, banking, securities, brokerage, broker, insurance, fund, funds, investment, "
        "venture capital, fintech, credit union, "
        "銀行, 銀行員, 地銀, 証券, 信用金庫, 信金, 信用組合, 保険, 生命保険, 生保, 損害保険, 損保, 投資, "
        "クレジット, ぎんこう, しょうけん, ほけん"
    ),
    "real_estate": (
        "property, realtor, broker, rental, leasing, housing, developer, "
        "賃貸, リース, レンタル, 不動産屋, 住宅, デベロッパー, ディベロッパー, マンション管理, ふどうさん"
    ),
    "professional": (
        "law, legal, lawyer, attorney, law firm, accountant, accounting, tax, consultant, consulting, patent, "
        "patents, design, designer, "
        "弁護士, 法律, 法律事務所, 会計, 会計士, 公認会計士, 会計事務所, 税理士, 税務, 司法書士, 行政書士, "
        "社労士, 弁理士, 中小企業診断士, コンサル, コンサルタント, デザイン, デザイナー, 士業"
    ),
    "research": (
        "science, scientist, researcher, laboratory, survey, university, engineer, engineering, "
        "研究, 研究所, 研究者, 研究職, 研究開発, 調査, 市場調査, 測量, 技術士, 大学, 設計, 開発"
    ),
    "hospitality": (
        "restaurant, restaurants, cafe, coffee shop, bar, hotel, hotels, inn, catering, chef, cook, "
        "飲食, 飲食店, 外食, レストラン, カフェ, 喫茶店, 居酒屋, ラーメン屋, 料理人, 調理師, ホテル, 旅館, 民宿, "
        "宿泊"
    ),
    "leisure": (
        "travel, travel agency, tourism, beauty, beauty salon, salon, hairdresser, barber, fitness, gym, sports, "
        "entertainment, wedding, weddings, funerals, "
        "旅行, 旅行代理店, 観光, 美容, 美容室, 美容院, 美容師, 理容, 床屋, サロン, エステ, 娯楽, エンタメ, "
        "スポーツ, ジム, フィットネス, ブライダル, 冠婚葬祭, 葬儀, クリーニング"
    ),
    "education": (
        "school, schools, teacher, teaching, tutor, tutoring, cram school, university, training, "
        "学校, 教師, 教員, 塾, 学習塾, 塾講師, 予備校, 幼稚園, 小学校, 中学校, 高校, 大学, 研修, 習い事, "
        "英会話, きょういく"
    ),
    "medical": (
        "care, medical, medical care, doctor, physician, nurse, nursing, hospital, pharmacy, pharmacist, clinic, "
        "dentist, dental, health, healthcare, "
        "医師, 医者, 医院, 看護, 看護師, 病院, 薬局, 薬剤師, 歯科, 歯医者, クリニック, 健康, リハビリ, いりょう"
    ),
    "welfare": (
        "care, welfare, elderly care, nursing care, nursing home, care worker, caregiver, childcare, child care, "
        "daycare, nursery, social work, social worker, "
        "介護, 介護士, 介護福祉士, ケアマネ, ケアマネジャー, 福祉, 社会福祉, 保育, 保育士, 保育園, 障害者支援, "
        "老人ホーム, デイサービス, リハビリ, かいご, ふくし, ほいく"
    ),
    "associations": (
        "npo, ngo, nonprofit, non-profit, union, cooperative, co-op, foundation, chamber of commerce, religion, "
        "church, post office, "
        "団体, 業界団体, 組合, 労働組合, 農協, 漁協, 生協, 郵便局, 商工会, 商工会議所, 宗教, お寺, 神社, 財団, "
        "財団法人, 社団法人, 協会"
    ),
    "services": (
        "staffing, recruiting, recruitment, temp agency, cleaning, security, security guard, repair, waste, "
        "recycling, call center, outsourcing, human resources, hr, "
        "人材, 人材紹介, 人材派遣, 派遣, 警備, 警備員, 清掃, 整備, 自動車整備, 修理, 廃棄物, リサイクル, "
        "コールセンター, ビルメンテナンス"
    ),
    "public": (
        "government, public servant, civil servant, city hall, ministry, municipality, local government, police, "
        "fire department, defense, "
        "公務員, 政府, 官庁, 官公庁, 役所, 役場, 市役所, 区役所, 県庁, 自治体, 警察, 警察官, 消防, 消防士, 自衛隊, "
        "こうむいん"
    ),
}

HINTS: Mapping[str, str] = {
    "education": "先生, せんせい",
    "medical": "先生, せんせい",
    "professional": "先生, せんせい",
    "public": "国, くに",
}
"""Words that don't say enough, so that whoever types one is asked: doctors and lawyers are 先生, too."""


@cache
def everyday() -> Mapping[str, tuple[str, ...]]:
    """The words of each industry as names are compared, by its key."""
    return _words(EVERYDAY)


@cache
def hints() -> Mapping[str, tuple[str, ...]]:
    """As `everyday`, the words of `HINTS`."""
    return _words(HINTS)


def _words(table: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    return {key: tuple(map(folded, words.split(", "))) for key, words in table.items()}
