"""How action in German, French, Spanish and Japanese says the built-in sounds that are heard."""

from __future__ import annotations

NO_SOUND_ABROAD = frozenset(
    {"kein", "keine", "keinen", "ohne", "niemand", "verstummt", "ne", "sans", "aucun", "aucune", "personne"}
    | {"sin", "ningún", "ninguna", "nadie"}
)
"""words before a sound's that say that it is not heard"""
NOT_AFTER = frozenset({"nicht", "nie", "ない", "ません"})
"""words right after a sound's that say so"""

_RINGS = "klingelt klingeln läutet läuten schrillt sonne sonnent retentit suena suenan 鳴る 鳴り 鳴って"
_DOORS = "tür türe türen haustür wohnungstür porte portes puerta puertas ドア 扉 戸"

HEARD_ABROAD: dict[str, str] = {
    "rain": "regen pluie lluvia 雨 + prasselt fällt trommelt peitscht rauscht tombe bat crépite"
    " martèle cae golpea repiquetea 降る 降り 降って 打つ | regnet pleut llueve",
    "thunder": "donner tonnerre trueno truenos 雷 + grollt kracht rollt gronde éclate retumba"
    " retumban 鳴る 鳴り 轟く 落ちる | donnert tonne truena 雷鳴",
    "wind": "wind vent viento 風 + heult pfeift weht souffle hurle siffle sopla aúlla silba 吹く"
    " 吹き 吹いて うなる",
    "storm": "sturm tempête tormenta 嵐 + tobt wütet heult rage fait ruge 吹き 荒れる",
    "sea": "wellen brandung vagues olas 波 + schlagen rauscht brechen tost brisent déferlent rompen"
    " 砕ける 打ち寄せる",
    "fire": "feuer flammen feu flammes fuego 火 炎 + knistert prasselt lodert crépite crépitent"
    " crepita はぜる 燃える",
    "dog": "hund hunde chien chiens perro perros 犬 + bellt bellen knurrt aboie aboient grogne"
    " ladra ladran gruñe 吠える 吠えて 吠え",
    "cat": "katze chat gato 猫 + miaut miaule maúlla 鳴く",
    "crows": "krähe krähen rabe raben corbeau corbeaux cuervo cuervos カラス 烏 + krächzt krächzen"
    " croasse croassent grazna graznan 鳴く 鳴いて",
    "gulls": "möwe möwen mouette mouettes gaviota gaviotas カモメ 鴎 + schreit schreien kreischen"
    " crie crient grita gritan 鳴く 鳴いて",
    "wolf": "wolf wölfe loup loups lobo lobos 狼 + heult heulen hurle hurlent aúlla aúllan 吠える 遠吠え",
    "horse": "pferd cheval caballo 馬 + wiehert hennit relincha いななく いななき",
    "applause": "publikum menge public salle público 観客 + klatscht applaudiert applaudit aplaude"
    " 拍手 | applaus beifall applaudissements aplausos 拍手",
    "laughter": "gelächter rires risas 笑い声",
    "footsteps": "schritte pas pasos 足音 + hallen nähern résonnent approchent resuenan acercan"
    " 響く 近づく 聞こえる",
    "door": f"{_DOORS} + öffnet schließt ouvre ferme abre cierra 開く 開ける 閉まる 閉める",
    "door-slam": f"{_DOORS} + schlägt knallt fällt + zu zugeschlagen | {_DOORS} + knallt claque"
    f" claquent バタン | {_DOORS} + cierra cierran + golpe portazo | {_DOORS} + バタン + 閉まる"
    " 閉める 閉まり | türenknallen portazo",
    "knock": f"klopft klopfen frappe frappent toque llaman golpean golpea ノック 叩く + {_DOORS} | klopft",
    "doorbell": f"türklingel türglocke sonnette timbre 呼び鈴 + {_RINGS} | es + klingelt",
    "glass": "glas scheibe fenster flasche verre vitre fenêtre bouteille cristal vidrio ventana"
    " botella ガラス 窓 + zerspringt zerbricht splittert brise éclate rompe quiebra 割れる 割れて",
    "telephone": f"telefon telefone téléphone téléfono teléfono 電話 + {_RINGS} | telefon + klingeln",
    "bell": f"glocke cloche campana 鐘 + {_RINGS}",
    "church-bell": f"kirchenglocken kirchenglocke glocken cloches campanas + {_RINGS} schlagen",
    "alarm": f"alarm alarme alarma 警報 + {_RINGS} heult ertönt geht los salta 響く",
    "siren": "sirene sirenen sirène sirènes sirena sirenas サイレン + heult heulen ertönt hurle"
    " hurlent retentit aúlla suena suenan aúllan 鳴る 鳴り 響く 鳴って",
    "clock": "uhr horloge pendule reloj 時計 + tickt ticken tictaque hace tictac チクタク 刻む",
    "gunshot": "schuss schüsse coup disparo disparos tiro 銃声 銃 + fällt fallen kracht feu"
    " retentit éclate suena suenan oye 響く 撃つ 鳴る | pistole gewehr pistolet fusil pistola"
    " revólver + feuert schießt tire dispara | 銃声",
    "explosion": "explosion explosión 爆発 | bombe bomba 爆弾 + explodiert explose explota 爆発",
    "train": "zug train tren 列車 電車 + rattert fährt donnert rollt passe arrive pasa llega 通過 通る 走る",
    "car": "auto wagen voiture coche 車 + hält brummt arrive s'arrête llega 止まる 着く",
    "car-horn": "hupt hupen klaxonne klaxon claxon クラクション",
    "helicopter": "hubschrauber hélicoptère helicóptero ヘリコプター",
    "baby": "baby bébé bebé 赤ん坊 赤ちゃん + schreit weint pleure crie llora 泣く 泣いて",
    "typewriter": "schreibmaschine máquina タイプライター + klappert escribir 叩く",
}
"""by sound the ways to say it, as in `HEARD`; every word stands for itself alone"""
