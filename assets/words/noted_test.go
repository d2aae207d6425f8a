package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestNoted(t *testing.T) {
	c := mustLoad(t)
	for _, test := range []struct{ lang, action, reason, want string }{
		{"en", "patient.search", "duplicates", "duplicates"},
		{"fr", "patient.search", "duplicates", "personnes semblables"},
		{"es", "encounter.queue", "held interpreter", "en espera, espera a un intérprete"},
		{"fr", "encounter.queue", "number in the queue", "numéro dans la file"},
		{"fr", "patient.consent", "taken back: share", "retiré : partager"},
		{"fr", "record.print", "paper, code 9K3D-77AB, copy 2: the first got wet", "sur papier, code 9K3D-77AB, copie 2 : the first got wet"},
		{"es", "record.print", "trend encrypted file, code 9K3D-77AB", "Resultados en el tiempo, archivo cifrado, código 9K3D-77AB"},
		{"ar", "patient.identify", "[name birth-date] known", c.StaffLang("ar").T(Key("noted.trait-name")) + "، " + c.StaffLang("ar").T(Key("noted.trait-birth-date")) + "، " + c.StaffLang("ar").T(IdentityReasonName("known"))},
		{"fr", "shift.close", "left open: tray 2, criticals 1", "laissé ouvert : " + c.StaffLang("fr").T(CheckName("tray")) + " 2, " + c.StaffLang("fr").T(CheckName("criticals")) + " 1"},
		{"fr", "quality.firmware", "CMS50D+ 123 from 1.0 to 1.2", "CMS50D+ 123 : de 1.0 à 1.2"},
		{"fr", "setting.change", "CMS50D+ 123 from 1.0 to 1.2", "CMS50D+ 123 from 1.0 to 1.2"},
		{"fr", "quality.locked", "Nova 4711 [no-lot control-due]", "Nova 4711 : " + c.StaffLang("fr").T(LockName("no-lot")) + ", " + c.StaffLang("fr").T(LockName("control-due"))},
		{"fr", "patient.merge", "duplicates", "duplicates"}, // somebody typed it
		{"fr", "observation.void", "the moon is full", "the moon is full"},
		{"fr", "help.call", "called: no-data", "appel : pas de données de l’appareil"},
	} {
		if got := c.StaffLang(test.lang).Why(test.action, test.reason); got != test.want {
			t.Errorf("%s: %s %q is %q, want %q", test.lang, test.action, test.reason, got, test.want)
		}
	}
}

// TestWhatTheProgramNotes reads in the program what it puts on record as a reason, and
// wants each of them said in every language of staff.
func TestWhatTheProgramNotes(t *testing.T) {
	c := mustLoad(t)
	notes := notesIn(t, "../../records", "../../app")
	if len(notes) < 30 {
		t.Fatalf("only %d were found", len(notes))
	}
	for note, at := range notes {
		for _, lang := range []string{"es", "fr", "ar"} {
			said := func(action string) bool { return c.StaffLang(lang).Why(action, note) != note }
			if !slices.ContainsFunc([]string{"patient.search", "quality.firmware", "quality.passport", "quality.locked", "quality.clean", "quality.clean.skip"}, said) {
				t.Errorf("%s: %q of %s is in English: give it words under \"noted.\"", lang, note, at)
			}
		}
	}
}

// notesIn finds the texts that are given as the Reason of a deed or an entry of the
// trail, with a value in place of what is put into them.
func notesIn(t *testing.T, folders ...string) map[string]string {
	notes := map[string]string{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, source, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				made, ok := n.(*ast.CompositeLit)
				if !ok || !isDeed(made.Type) {
					return true
				}
				for _, e := range made.Elts {
					if pair, ok := e.(*ast.KeyValueExpr); ok && pair.Key.(*ast.Ident).Name == "Reason" {
						if note := sample(pair.Value); strings.ContainsFunc(note, isLetter) && note != "by 7" { // the clock: TestWhy
							notes[note] = files.Position(pair.Pos()).String()
						}
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return notes
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

func isDeed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name == "Deed"
	case *ast.Ident:
		return e.Name == "Deed" || e.Name == "auditEntry"
	}
	return false
}

// sample is what an expression may say: its own words, and 7 for what is put into them.
// Of what has no words of its own it is "".
func sample(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.BinaryExpr:
		left, right := sample(e.X), sample(e.Y)
		if left+right == "" {
			return ""
		}
		return value(left) + value(right)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" {
			return strings.NewReplacer("%s", "7", "%d", "7", "%v", "[7]").Replace(sample(e.Args[0]))
		}
	}
	return ""
}

func value(text string) string {
	if text == "" {
		return "7"
	}
	return text
}
