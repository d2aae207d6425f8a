package script

import (
	"encoding/json"
	"io"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// NewJSON returns a Printer for machines: one JSON object a line, each with
// the name of its event.
func NewJSON(w io.Writer) Printer {
	to := json.NewEncoder(w)
	to.SetEscapeHTML(false)
	return &jsonPrinter{to}
}

type jsonPrinter struct{ to *json.Encoder }

// stepLine is another screen.
type stepLine struct {
	Event    string                `json:"event"` // "step"
	Step     visit.Step            `json:"step"`
	Panel    vitals.Panel          `json:"panel,omitempty"`
	Question visit.QuestionID      `json:"question,omitempty"`
	Phase    visit.AlarmPhase      `json:"phase,omitempty"`
	Fault    instruments.FaultCode `json:"fault,omitempty"`
	Result   *resultLine           `json:"result,omitempty"`
}

// resultLine is what a panel came to.
type resultLine struct {
	Values   vitals.Values   `json:"values"`
	Meal     vitals.Meal     `json:"meal,omitempty"`
	Flags    []vitals.Flag   `json:"flags,omitempty"`
	Notes    []string        `json:"notes,omitempty"`
	Readings int             `json:"readings"`
	Tier     guideline.Tier  `json:"tier"`
	Judged   []judgementLine `json:"judged"`
}

type judgementLine struct {
	Part      guideline.Part `json:"part"`
	Band      string         `json:"band,omitempty"`
	Guideline string         `json:"guideline"`
	Edition   string         `json:"edition"`
}

// saidLine is what the script did.
type saidLine struct {
	Event    string `json:"event"` // "said"
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// doneLine is the end of the visit.
type doneLine struct {
	Event     string     `json:"event"` // "done"
	Encounter records.ID `json:"encounter,omitempty"`
	Saved     bool       `json:"saved"`
}

func (p *jsonPrinter) Step(s visit.State) {
	line := stepLine{Event: "step", Step: s.Step, Panel: s.Panel, Question: s.Question, Phase: s.Alarm.Phase}
	if s.Fault != nil {
		line.Fault = s.Fault.Code
	}
	if n := len(s.Results); s.Step == visit.Result && n > 0 {
		line.Result = newResultLine(s.Results[n-1])
	}
	p.write(line)
}

func newResultLine(res visit.PanelResult) *resultLine {
	line := &resultLine{
		Values: res.Values, Meal: res.Meal, Flags: res.Flags, Notes: res.Notes, Readings: res.Readings, Tier: res.Tier,
		Judged: []judgementLine{},
	}
	for _, j := range res.Judged {
		line.Judged = append(line.Judged, judgementLine{j.Part, j.Band, j.RuleSet.ID, j.RuleSet.Edition})
	}
	return line
}

func (p *jsonPrinter) Said(question, answer string) { p.write(saidLine{"said", question, answer}) }

func (p *jsonPrinter) Waiting(visit.State) {}

func (p *jsonPrinter) Done(id records.ID, saved bool) { p.write(doneLine{"done", id, saved}) }

// write leaves a reader who has gone away to the visit's own end: what is
// measured is saved all the same.
func (p *jsonPrinter) write(v any) { _ = p.to.Encode(v) }
