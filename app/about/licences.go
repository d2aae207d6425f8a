package about

import (
	_ "embed"
	"strings"
)

// A Licence is a text under which parts of this program were given to us.
type Licence struct {
	Parts []string // paths of modules, and of folders in them with a text of their own
	Text  string
}

// licences are all texts, each under a line that begins with licenceMark and names
// the parts. The test of this package writes the file.
//
//go:embed licences.txt
var licences string

const licenceMark = "===== "

// Licences returns the licences of everything in the program: itself, its
// typeface, the libraries and the language they are written in.
func Licences() []Licence { return readLicences(licences) }

func readLicences(text string) []Licence {
	var all []Licence
	for section := range strings.SplitSeq("\n"+text, "\n"+licenceMark) {
		parts, text, ok := strings.Cut(section, "\n")
		if ok && parts != "" {
			all = append(all, Licence{strings.Split(parts, ", "), strings.Trim(text, "\n")})
		}
	}
	return all
}
