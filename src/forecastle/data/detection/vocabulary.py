"""What columns are called, in the languages of the people who send sales files. A name is only a hint."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

TIME = """
    date dates datum fecha data dia day jour giorno dag tag ds timestamp time datetime zeit zeitpunkt tempo heure
    hora  period periode periodo month monat mes mois mese maand week woche semana semaine settimana year jahr ano
    annee anno  jaar quarter quartal trimestre trimestr tarih tanggal дата месяц неделя 日期 时间 月份 日付 年月 날짜
"""
YEAR = "year jahr ano año annee anno jaar fy yr год 年 年份"
MONTH = "month monat mes mois mese maand mon месяц 月 月份"
WEEK = "week woche kw semana semaine settimana wk неделя 周 週"
QUARTER = "quarter quartal trimestre trimester квартал 季度"
ITEM = """
    unique series serie sku item items product produto producto produit prodotto produkt artikel article articulo
    artigo  articolo material ean upc gtin plu asin stockcode part teil peca pieza товар артикул 产品 商品 品番 제품
"""
PLACE = """
    store shop loja tienda magasin filiale filial markt negozio winkel branch outlet location site warehouse lager
    deposito  entrepot plant werk agency магазин склад 门店 店铺 店舗 매장
"""
GROUP = """
    id code key region regiao country land pais pays paese state department dept departamento abteilung rayon
    category  categoria kategorie categorie family familia group gruppe grupo channel kanal canal brand marca marke
    marque segment  类别 地区 品牌 категория регион
"""
EVENT = """
    invoice order transaction receipt ticket basket bill customer client cliente kunde user session row index line
    bon beleg  rechnung auftrag pedido fatura factura facture commande nota описание description descricao name nome
    nombre nom
"""
VOLUME = """
    y value valor wert valeur valore volume vol qty quantity quantidade qtd qtde cantidad quantite quantita menge
    anzahl  stuck stueck units unit unidades unites sales sale vendas venda ventas venta ventes vente verkauf
    verkaufe absatz vendite  verkopen demand demanda nachfrage demande bedarf domanda consumption consumo sold move
    movement pieces target load traffic  visits visitors 数量 销量 需求 販売数 需要 판매량 количество продажи спрос
"""
REVENUE = """
    revenue faturamento receita umsatz erlos erloes turnover chiffre ingresos ricavi fatturato amount betrag importe
    montant  importo omzet gmv 金额 销售额 收入 売上 매출 выручка сумма
"""
PRICE = "price preco preis prix precio prezzo prijs cena fiyat tarif asp 价格 单价 価格 가격 цена"
PAID = "sell selling sold paid actual net unit unitprice venda verkauf venta vente current"
PROMOTION = """
    promo promotion promocao promocion aktion angebot oferta offre offerta campaign campanha kampagne campana deal
    feature  feat display mailer flyer leaflet coupon 促销 促銷 販促 акция
"""
CLOSED = """
    closed closure fechado geschlossen cerrado ferme chiuso gesloten stockout oos outofstock ruptura rotura rupture
    ausverkauft 缺货 停业
"""
OPEN = "open opened aberto geoffnet abierto ouvert aperto available instock in_stock 营业"
KNOWN = """
    holiday feriado feiertag festivo ferie fete vacation vacaciones ferien event evento weekend schoolholiday snap
    假日 节日 祝日 праздник
"""
UNFIT = """
    profit margin marge margem margen lucro gewinn cost costs custo kosten coste cout costo lat lon latitude
    longitude zip zipcode
"""
BOOKKEEPING = "split fold set partition index row rownum unnamed constant source file loaded updated created"

WORDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "time": TIME, "year": YEAR, "month": MONTH, "week": WEEK, "quarter": QUARTER, "item": ITEM, "place": PLACE,
        "group": GROUP, "event": EVENT, "volume": VOLUME, "revenue": REVENUE, "price": PRICE, "paid": PAID,
        "promotion": PROMOTION, "closed": CLOSED, "open": OPEN, "known": KNOWN, "unfit": UNFIT,
        "bookkeeping": BOOKKEEPING,
    }.items()
}  # fmt: skip

SHORTEST_PART = 4
"""Shorter words count only when they stand alone: `day` is not in `holiday`."""


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a column name in lower case without accents: `InvoiceDate` → invoice, date."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|[^\w]+|_+|(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", name)
    return tuple(_without_accents(split).split())


@lru_cache(maxsize=65536)
def hint(name: str, kind: str) -> float:
    """How much a name sounds like a kind: 1 a whole word, 0.6 part of a word, 0 not at all."""
    parts, words = words_of(name), WORDS[kind]
    joined = "".join(parts)
    if joined in words or any(part in words for part in parts):
        return 1.0
    asian = any(word in name for word in words if not word.isascii() and len(word) > 1)
    inside = any(word in part for part in parts for word in words if len(word) >= SHORTEST_PART)
    return 1.0 if asian else 0.6 if inside else 0.0


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
