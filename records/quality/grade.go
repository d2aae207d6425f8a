package quality

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"aidpost/records/vitals"
)

//go:embed grades.json
var gradeTable embed.FS

// A Grade sums up how a value was measured, from A, by the book, to D, which
// nothing should be decided by. It says nothing about the value.
type Grade string

// The grades.
const (
	GradeA Grade = "A"
	GradeB Grade = "B"
	GradeC Grade = "C"
	GradeD Grade = "D"
)

// A Caution is something about how a value was measured that lowers its grade.
// Its name is that of the note or the flag in the records.
type Caution struct {
	Name  string `json:"name"`
	Grade Grade  `json:"grade"` // no better than this
	Why   string `json:"why"`   // for whoever reviews the table
}

// Grades is the published table by which values are graded. It does not change
// after LoadGrades.
type Grades struct {
	cautions map[string]Caution
}

// LoadGrades reads the embedded table.
func LoadGrades() (*Grades, error) {
	text, err := gradeTable.ReadFile("grades.json")
	if err != nil {
		return nil, fmt.Errorf("opening the table of grades: %w", err)
	}
	return parseGrades(text)
}

func parseGrades(text []byte) (*Grades, error) {
	var rows []Caution
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, fmt.Errorf("reading the table of grades: %w", err)
	}
	g := &Grades{cautions: make(map[string]Caution, len(rows))}
	for _, row := range rows {
		_, twice := g.cautions[row.Name]
		if twice || row.Name == "" || row.Why == "" || !slices.Contains([]Grade{GradeB, GradeC, GradeD}, row.Grade) {
			return nil, fmt.Errorf("reading the table of grades: the row of %.40q cannot be", row.Name)
		}
		g.cautions[row.Name] = row
	}
	return g, nil
}

// EnteredByHand is a caution that a grade knows besides the notes and flags of a
// reading.
const EnteredByHand = "entered-by-hand"

// Rate grades a value by the notes and flags that it carries. The reasons are
// those that lowered the grade, the weightiest first. Two that allow a C at best
// make a D together.
func (g *Grades) Rate(notes []string, flags []vitals.Flag) (Grade, []string) {
	var found []Caution
	add := func(name string) {
		if c, ok := g.cautions[name]; ok && !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	for _, n := range notes {
		add(n)
	}
	for _, f := range flags {
		add(string(f))
	}
	slices.SortStableFunc(found, func(a, b Caution) int {
		if a.Grade != b.Grade {
			return map[bool]int{true: -1, false: 1}[a.Grade > b.Grade]
		}
		return 0
	})
	grade := GradeA
	reasons := make([]string, len(found))
	for i, c := range found {
		grade = max(grade, c.Grade)
		if i == 1 && c.Grade == GradeC {
			grade = GradeD
		}
		reasons[i] = c.Name
	}
	return grade, reasons
}
