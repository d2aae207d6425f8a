package outbox_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"aidpost/assets/words"
)

// TestReasonsHaveWords reads from the source every reason that this package can
// give, and expects each to be said in every language of staff.
func TestReasonsHaveWords(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	reasons := append(reasonsInSource(t), inTheLog...)
	if len(reasons) < 60 {
		t.Fatalf("only %d reasons were found", len(reasons))
	}
	for _, lang := range catalogue.StaffLangs()[1:] { // they are English
		for _, why := range reasons {
			if strings.Contains(lang.Reason(why), why) {
				t.Errorf("%s has no words for %q", lang.Tag(), why)
			}
		}
	}
}

// inTheLog are the lines that the records write into the log of a visit.
var inTheLog = []string{
	"the server holds it", "the office holds it", "the server holds it, as the office has had it proved",
	"the server no longer holds the Observation as it was sent", "the Observation is on the server more than once",
	"whose word holds on the server was decided: what is here", "whose word holds on the server was decided: what is there",
}

// reasonsInSource are the texts that become a "why", with something in the place
// of what is only known later.
func reasonsInSource(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, e := range reasonsOf(n) {
				if text := spelt(e); strings.Contains(text, " ") {
					found = append(found, text)
				}
			}
			return true
		})
	}
	return found
}

// reasonsOf are the expressions of a node that are reasons: a field "why", what an
// entry is parked with, and the words for the codes of others.
func reasonsOf(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if name, ok := n.Key.(*ast.Ident); ok && name.Name == "why" {
			return []ast.Expr{n.Value}
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "park" {
			return n.Args[2:]
		}
	case *ast.ValueSpec:
		if len(n.Names) != 1 || len(n.Values) != 1 {
			return nil
		}
		table, ok := n.Values[0].(*ast.CompositeLit)
		if name := n.Names[0].Name; !ok || name != "issues" && name != "conditions" {
			return nil
		}
		var all []ast.Expr
		for _, e := range table.Elts {
			value := e.(*ast.KeyValueExpr).Value
			if both, ok := value.(*ast.CompositeLit); ok {
				value = both.Elts[1]
			}
			all = append(all, value)
		}
		return all
	}
	return nil
}

// spelt is an expression as the text that it may become, "" if that is not in it.
func spelt(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.BinaryExpr:
		return thing(e.X) + thing(e.Y)
	case *ast.CallExpr: // fmt.Sprintf
		if len(e.Args) > 0 {
			return strings.NewReplacer("%d", "7", "%s", "the server failed").Replace(spelt(e.Args[0]))
		}
	}
	return ""
}

// thing is a part of a text; what is only known later becomes the name of a kind.
func thing(e ast.Expr) string {
	if text := spelt(e); text != "" {
		return text
	}
	if name, ok := e.(*ast.Ident); ok {
		for word, text := range map[string]string{
			"goneThere": "is gone from the server", "changedThere": "was changed on the server by somebody else",
			"deletedThere": "was deleted on the server",
		} {
			if name.Name == word {
				return text
			}
		}
	}
	return "Observation"
}
