package clinic

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"aidpost/ui/kit"
)

// plainWord is a word as the pseudo-language never writes one: it has accents.
var plainWord = regexp.MustCompile(`(^|[ (:,·])([a-z]{4,})($|[ ).,:;·])`)

// typedWords are names, what the tour types, what stands on an instrument or in a booklet
// about it, and commands.
var typedWords = strings.Fields(`told desk office fatima clinic oxygen rest short breath stairs again weeks
	booklet home professionals station boards parity modules baud analyser series protocol meter vaccination
	aidpost waiting nurse cupboard printer room takes paper high normal hlegelsteinhausen https`)

// TestNothingIsEnglish opens every page in the pseudo-language, of which each letter of
// the catalogue carries an accent: a plain word is one that the program has written past
// the catalogue, in English for every reader, unless it is a name or was typed.
func TestNothingIsEnglish(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens every page")
	}
	told := map[string]bool{}
	tell := func(page, text string) {
		text = strings.NewReplacer("\u200e", "", "\u200f", "").Replace(text)
		for _, found := range plainWord.FindAllStringSubmatch(text, -1) {
			if word := found[2]; !told[word] && !slices.Contains(typedWords, word) && !strings.HasPrefix(page, "61-about") { // licences
				told[word] = true
				t.Errorf("%s: %q of %q is plain English", page, word, text)
			}
		}
	}
	tour(newStage(t, "en-XA", sizes["1366x768"], kit.Look{}), func(s *stage, page string) {
		s.walk(func(o fyne.CanvasObject) {
			switch o := o.(type) {
			case *kit.Text:
				tell(page, o.Text())
			case *canvas.Text:
				tell(page, o.Text)
			}
		})
	})
}
