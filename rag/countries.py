"""What a country goes by in the news: its name, people, capital, seat of government.

"The Kremlin" and "Moscow" stand for Russia as "Russian" does; a question and an article that speak
of one country need not call it the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from rag import accents

_WORD = re.compile(r"\w+")

# A line is a country, and what is spoken of like one; no accents. What also is a word ("male", a
# capital) is left out. A city stands for all the countries it is named with.
_COUNTRIES = """
Afghanistan, Afghan, Kabul
Albania, Albanian, Tirana
Algeria, Algerian, Algiers
Andorra, Andorran
Angola, Angolan, Luanda
Argentina, Argentine, Argentinian, Buenos Aires, Casa Rosada
Armenia, Armenian, Yerevan
Australia, Australian, Aussie, Canberra
Austria, Austrian, Vienna
Azerbaijan, Azerbaijani, Azeri, Baku
Bahamas, Bahamian, Nassau
Bahrain, Bahraini, Manama
Bangladesh, Bangladeshi, Dhaka
Barbados, Barbadian, Bridgetown
Belarus, Belarusian, Belarussian, Minsk
Belgium, Belgian, Brussels
Belize, Belizean, Belmopan
Benin, Beninese, Porto-Novo
Bhutan, Bhutanese, Thimphu
Bolivia, Bolivian, La Paz
Bosnia, Bosnian, Sarajevo
Botswana, Batswana, Gaborone
Brazil, Brazilian, Brasilia, Planalto
Britain, British, Briton, UK, United Kingdom, London, Downing Street, Whitehall, Westminster
Brunei, Bruneian
Bulgaria, Bulgarian, Sofia
Burkina Faso, Burkinabe, Ouagadougou
Burundi, Burundian, Gitega, Bujumbura
Cambodia, Cambodian, Khmer, Phnom Penh
Cameroon, Cameroonian, Yaounde
Canada, Canadian, Ottawa
Cape Verde, Cabo Verde, Cape Verdean, Praia
Central African Republic, Central African, Bangui
Chad, Chadian, N'Djamena
Chile, Chilean, Santiago, La Moneda
China, Chinese, Beijing, Peking, Zhongnanhai
Colombia, Colombian, Bogota
Comoros, Comorian, Moroni
Congo, Congolese, DRC, Kinshasa, Brazzaville
Costa Rica, Costa Rican, San Jose
Croatia, Croatian, Croat, Zagreb
Cuba, Cuban, Havana
Cyprus, Cypriot, Nicosia
Czech, Czechia, Prague
Denmark, Danish, Dane, Copenhagen
Djibouti, Djiboutian
Dominica, Roseau
Dominican Republic, Dominican, Santo Domingo
East Timor, Timor-Leste, Timorese, Dili
Ecuador, Ecuadorian, Ecuadorean, Quito
Egypt, Egyptian, Cairo
El Salvador, Salvadoran, San Salvador
Equatorial Guinea, Equatorial Guinean, Malabo
Eritrea, Eritrean, Asmara
Estonia, Estonian, Tallinn
Eswatini, Swaziland, Swazi, Mbabane
Ethiopia, Ethiopian, Addis Ababa
European Union, EU, Brussels
Fiji, Fijian, Suva
Finland, Finnish, Finn, Helsinki
France, French, Frenchman, Frenchmen, Paris, Elysee, Quai d'Orsay
Gabon, Gabonese, Libreville
Gambia, Gambian, Banjul
Georgia, Georgian, Tbilisi
Germany, German, Berlin, Bundestag
Ghana, Ghanaian, Accra
Greece, Greek, Hellenic, Athens
Grenada, Grenadian
Guatemala, Guatemalan
Guinea, Guinean, Conakry
Guinea-Bissau, Bissau
Guyana, Guyanese, Georgetown
Haiti, Haitian, Port-au-Prince
Honduras, Honduran, Tegucigalpa
Hong Kong, Hongkonger
Hungary, Hungarian, Magyar, Budapest
Iceland, Icelandic, Icelander, Reykjavik
India, Indian, New Delhi, Delhi
Indonesia, Indonesian, Jakarta
Iran, Iranian, Persian, Tehran, Teheran
Iraq, Iraqi, Baghdad
Ireland, Irish, Irishman, Dublin
Israel, Israeli, Jerusalem, Tel Aviv, Knesset
Italy, Italian, Rome, Quirinal, Palazzo Chigi
Ivory Coast, Cote d'Ivoire, Ivorian, Yamoussoukro, Abidjan
Jamaica, Jamaican, Kingston
Japan, Japanese, Tokyo
Jordan, Jordanian, Amman
Kazakhstan, Kazakh, Kazakhstani, Astana
Kenya, Kenyan, Nairobi
Kiribati, Tarawa
Kosovo, Kosovan, Kosovar, Pristina
Kuwait, Kuwaiti
Kyrgyzstan, Kyrgyz, Bishkek
Laos, Lao, Laotian, Vientiane
Latvia, Latvian, Riga
Lebanon, Lebanese, Beirut
Lesotho, Basotho, Maseru
Liberia, Liberian, Monrovia
Libya, Libyan, Tripoli
Liechtenstein, Vaduz
Lithuania, Lithuanian, Vilnius
Luxembourg, Luxembourger
Madagascar, Malagasy, Antananarivo
Malawi, Malawian, Lilongwe
Malaysia, Malaysian, Kuala Lumpur, Putrajaya
Maldives, Maldivian
Mali, Malian, Bamako
Malta, Maltese, Valletta
Marshall Islands, Marshallese, Majuro
Mauritania, Mauritanian, Nouakchott
Mauritius, Mauritian, Port Louis
Mexico, Mexican, Los Pinos
Micronesia, Micronesian, Palikir
Moldova, Moldovan, Chisinau
Monaco, Monegasque
Mongolia, Mongolian, Ulaanbaatar, Ulan Bator
Montenegro, Montenegrin, Podgorica
Morocco, Moroccan, Rabat
Mozambique, Mozambican, Maputo
Myanmar, Burma, Burmese, Naypyidaw, Yangon
Namibia, Namibian, Windhoek
Nauru, Nauruan
Nepal, Nepali, Nepalese, Kathmandu
Netherlands, Dutch, Dutchman, Holland, The Hague, Amsterdam
New Zealand, New Zealander, Kiwi, Wellington
Nicaragua, Nicaraguan, Managua
Niger, Nigerien, Niamey
Nigeria, Nigerian, Abuja, Aso Rock
North Korea, North Korean, Pyongyang
North Macedonia, Macedonia, Macedonian, Skopje
Norway, Norwegian, Oslo
Oman, Omani, Muscat
Pakistan, Pakistani, Islamabad
Palau, Palauan
Palestine, Palestinian, Ramallah
Panama, Panamanian
Papua New Guinea, Papua New Guinean, Port Moresby
Paraguay, Paraguayan, Asuncion
Peru, Peruvian, Lima
Philippines, Philippine, Filipino, Filipina, Manila, Malacanang
Poland, Polish, Pole, Warsaw
Portugal, Portuguese, Lisbon
Qatar, Qatari, Doha
Romania, Romanian, Bucharest
Russia, Russian, Moscow, Kremlin
Rwanda, Rwandan, Kigali
Saint Lucia, St Lucia, Castries
Samoa, Samoan, Apia
San Marino, Sammarinese
Saudi Arabia, Saudi, Saudi Arabian, Riyadh
Scotland, Scottish, Scot, Edinburgh, Holyrood
Senegal, Senegalese, Dakar
Serbia, Serbian, Serb, Belgrade
Seychelles, Seychellois
Sierra Leone, Sierra Leonean, Freetown
Singapore, Singaporean
Slovakia, Slovak, Slovakian, Bratislava
Slovenia, Slovenian, Slovene, Ljubljana
Solomon Islands, Solomon Islander, Honiara
Somalia, Somali, Mogadishu
South Africa, South African, Pretoria, Cape Town
South Korea, South Korean, Seoul, Blue House
South Sudan, South Sudanese, Juba
Spain, Spanish, Spaniard, Madrid, Moncloa
Sri Lanka, Sri Lankan, Colombo
Sudan, Sudanese, Khartoum
Suriname, Surinamese, Paramaribo
Sweden, Swedish, Swede, Stockholm
Switzerland, Swiss, Bern, Berne
Syria, Syrian, Damascus
Taiwan, Taiwanese, Taipei
Tajikistan, Tajik, Dushanbe
Tanzania, Tanzanian, Dodoma, Dar es Salaam
Thailand, Thai, Bangkok
Togo, Togolese, Lome
Tonga, Tongan
Trinidad and Tobago, Trinidad, Trinidadian, Port of Spain
Tunisia, Tunisian, Tunis
Turkey, Turkiye, Turkish, Turk, Ankara
Turkmenistan, Turkmen, Ashgabat
Tuvalu, Tuvaluan
Uganda, Ugandan, Kampala
Ukraine, Ukrainian, Kyiv, Kiev
United Arab Emirates, UAE, Emirates, Emirati, Abu Dhabi
United States, US, USA, U.S., America, American, Washington, White House, Pentagon
Uruguay, Uruguayan, Montevideo
Uzbekistan, Uzbek, Tashkent
Vanuatu, Port Vila
Vatican, Holy See
Venezuela, Venezuelan, Caracas, Miraflores
Vietnam, Vietnamese, Viet Nam, Hanoi
Wales, Welsh, Cardiff
Yemen, Yemeni, Sanaa
Zambia, Zambian, Lusaka
Zimbabwe, Zimbabwean, Harare
"""


def find_countries(question: str) -> Mapping[str, frozenset[str]]:
    """Return what the countries of a question go by, for each word that names one, unaccented.

    >>> sorted(find_countries("Did the Kremlin agree?")["Kremlin"])
    ['Kremlin', 'Moscow', 'Russia', 'Russian']
    """
    asked = _spell(question)
    found: dict[str, frozenset[str]] = {}
    for country in _read():
        for name in country:
            if _holds(asked, name):
                for word in name.split():
                    found[word] = found.get(word, frozenset()) | country
    return found


def mentions(text: str, names: frozenset[str]) -> bool:
    """Tell whether a text has one of a country's names, or its plural."""
    spelled = _spell(text)
    return any(_holds(spelled, name) for name in names)


@functools.cache
def _read() -> tuple[frozenset[str], ...]:
    lines = _COUNTRIES.strip().splitlines()
    return tuple(frozenset(_spell(name).strip() for name in line.split(", ")) for line in lines)


def _spell(text: str) -> str:
    """Return the words of a text between blanks, without accents; case tells "US" from "us"."""
    return f" {' '.join(_WORD.findall(accents.strip(text)))} "


def _holds(spelled: str, name: str) -> bool:
    return f" {name} " in spelled or f" {name}s " in spelled
