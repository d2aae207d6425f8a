package words

import (
	"strings"

	"golang.org/x/text/language"
)

// pseudoTag is the usual tag for a pseudo-language made from English.
const pseudoTag = "en-XA"

// stretch is how much longer than English a translation may well be, in
// percent.
const stretch = 40

// Pseudo is English with accents, stretched by 40 % and put in brackets. On a
// screenshot it shows at once what is not in the catalogue and what does not
// fit. It is not among Langs.
func (c *Catalogue) Pseudo() Lang {
	english := c.tables[0]
	t := &table{
		tag:      language.MustParse(pseudoTag),
		habits:   english.habits,
		messages: make(map[Key]message, len(english.messages)),
		reasons:  english.reasons,
		noted:    english.noted,
	}
	t.habits.Tag, t.habits.Name = pseudoTag, pseudoText(english.habits.Name)
	for key, m := range english.messages {
		for i, tmpl := range m.forms {
			m.forms[i] = tmpl.pseudo()
		}
		t.messages[key] = m
	}
	return Lang{t}
}

// pseudo changes the literal text and leaves the placeholders.
func (t template) pseudo() template {
	if t == nil {
		return nil
	}
	out := template{{text: "["}}
	for _, s := range t {
		if !s.placeholder {
			s.text = pseudoText(s.text)
		}
		out = append(out, s)
	}
	return append(out, segment{text: "]"})
}

// accents maps letters to others of Latin-1 and Latin Extended-A, which every
// font of ours has.
var accents = strings.NewReplacer(
	"a", "á", "c", "ç", "e", "é", "i", "í", "n", "ñ", "o", "ö", "s", "š", "u", "ü", "y", "ý", "z", "ž",
	"A", "Å", "C", "Ç", "E", "É", "I", "Î", "N", "Ñ", "O", "Ö", "S", "Š", "U", "Û", "Y", "Ý", "Z", "Ž",
)

// pseudoText doubles vowels until the text has grown enough, and fills the
// rest with tildes.
func pseudoText(text string) string {
	missing := (len([]rune(text))*stretch + 99) / 100
	var b strings.Builder
	for _, r := range text {
		b.WriteRune(r)
		if missing > 0 && strings.ContainsRune("aeiouAEIOU", r) {
			b.WriteRune(r)
			missing--
		}
	}
	return accents.Replace(b.String()) + strings.Repeat("~", missing)
}
