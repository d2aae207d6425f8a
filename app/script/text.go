package script

import (
	"fmt"
	"io"
	"strings"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// NewText returns a Printer for people: what the screen would say, in the
// language of the visit. Live progress goes to progress, in one line that is
// rewritten, unless that is nil. Emergency is the number to call there.
func NewText(w, progress io.Writer, all *words.Catalogue, emergency string) Printer {
	return &textPrinter{w: w, live: progress, words: all, emergency: emergency}
}

type textPrinter struct {
	w, live   io.Writer
	words     *words.Catalogue
	emergency string
	lang      words.Lang
	shown     string // the live line
}

func (p *textPrinter) t(key words.Key, args ...words.Arg) string { return p.lang.T(key, args...) }

// line writes a line of its own. Writing to somebody who has gone away must
// not end a visit.
func (p *textPrinter) line(indent int, text string) {
	p.clear()
	_, _ = fmt.Fprintf(p.w, "%s%s\n", strings.Repeat("  ", indent), text)
}

func (p *textPrinter) clear() {
	if p.shown != "" {
		p.shown = ""
		_, _ = fmt.Fprint(p.live, "\r\x1b[K")
	}
}

func (p *textPrinter) Step(s visit.State) {
	p.lang = p.words.Lang(s.Language)
	title, lines := p.screen(s)
	if title == "" {
		return
	}
	p.line(0, title)
	for _, l := range lines {
		p.line(1, l)
	}
}

// screen returns the title and the sentences of a step.
func (p *textPrinter) screen(s visit.State) (title string, lines []string) {
	switch s.Step {
	case visit.Welcome:
		return p.t(words.WelcomeTitle), nil
	case visit.Who:
		return p.t(words.WhoTitle), nil
	case visit.Consent:
		if s.Returning && s.Name != "" {
			lines = append(lines, p.t(words.WhoWelcomeBack, words.With("name", s.Name)))
		}
		return p.t(words.ConsentTitle), lines
	case visit.Choose:
		return p.t(words.ChooseTitle), nil
	case visit.Question:
		return p.t(questionKeys[s.Question]), nil
	case visit.Unsuitable:
		return p.t(words.SuitStopTitle), []string{p.t(unsuitable(s.Question))}
	case visit.Prepare:
		return p.preparation(s.Panel)
	case visit.Rest:
		return p.t(words.RestTitle), []string{p.t(words.RestHow)}
	case visit.Connect:
		return p.t(words.MeasureGlucoseConnect), []string{p.t(words.MeasureGlucoseWake)}
	case visit.Measure:
		return p.measuring(s), nil
	case visit.Stopping:
		return p.t(words.MeasureStopped), nil
	case visit.Pause:
		return p.t(words.MeasureBPPause), []string{p.t(words.MeasureBPPauseWhy)}
	case visit.Confirm:
		return p.confirmation(s), nil
	case visit.Trouble:
		return p.trouble(s)
	case visit.Urgent:
		return p.urgent(s)
	case visit.Result:
		if n := len(s.Results); n > 0 {
			return p.t(words.ResultTitle), p.result(s.Results[n-1])
		}
	case visit.Finish:
		return p.t(words.TakeTitle), nil
	}
	return "", nil
}

var questionKeys = map[visit.QuestionID]words.Key{
	visit.AskFit: words.SuitFit, visit.AskAdult: words.SuitAdult, visit.AskPregnant: words.SuitPregnant, visit.AskSymptoms: words.SuitSymptoms,
	visit.AskArm: words.SuitArm, visit.AskCuff: words.SuitCuffSize, visit.AskMeal: words.PrepareGlucoseMeal, visit.AskMeter: words.PrepareGlucoseMeter,
	visit.AskOtherMeter: words.PrepareGlucoseMeterOther,
}

func unsuitable(q visit.QuestionID) words.Key {
	switch q {
	case visit.AskArm:
		return words.SuitStopArm
	case visit.AskCuff:
		return words.SuitStopCuff
	}
	return words.SuitStopChild
}

func (p *textPrinter) preparation(panel vitals.Panel) (string, []string) {
	title, keys := words.PrepareBPTitle, []words.Key{words.PrepareBPSit, words.PrepareBPBare, words.PrepareBPHeart}
	switch panel {
	case vitals.Oximetry:
		title, keys = words.PrepareSpO2Title, []words.Key{words.PrepareSpO2Hands, words.PrepareSpO2Clip, words.PrepareSpO2Rest}
	case vitals.BodyTemperature:
		title, keys = words.PrepareTemperatureTitle, []words.Key{words.PrepareTemperatureDrink, words.PrepareTemperatureCover, words.PrepareTemperatureTongue}
	case vitals.BodyWeight:
		title, keys = words.PrepareWeightTitle, []words.Key{words.PrepareWeightShoes, words.PrepareWeightEmpty, words.PrepareWeightStill}
	case vitals.BloodGlucose:
		title, keys = words.PrepareGlucoseTitle, []words.Key{words.PrepareGlucoseStrip, words.PrepareGlucoseDrop, words.PrepareGlucoseCable}
	}
	var lines []string
	for _, k := range keys {
		lines = append(lines, p.t(k))
	}
	return p.t(title), lines
}

func (p *textPrinter) measuring(s visit.State) string {
	switch s.Panel {
	case vitals.Oximetry:
		return p.t(words.MeasureSpO2Title)
	case vitals.BloodGlucose:
		return p.t(words.MeasureGlucoseReading)
	case vitals.BodyTemperature:
		return p.t(words.MeasureTemperatureTitle)
	case vitals.BodyWeight:
		return p.t(words.MeasureWeightTitle)
	}
	return p.t(words.MeasureBPReading, words.With("n", s.Reading), words.With("total", s.Readings))
}

func (p *textPrinter) confirmation(s visit.State) string {
	if len(s.Candidates) != 1 {
		return p.t(words.MeasureGlucosePick)
	}
	q, _ := s.Candidates[0].Values.Get(s.Panel.Main()[0])
	switch q.Comparator {
	case vitals.Above:
		return p.t(words.MeasureGlucoseConfirmHI)
	case vitals.Below:
		return p.t(words.MeasureGlucoseConfirmLO)
	}
	key := words.MeasureGlucoseConfirm
	if s.Panel == vitals.BodyWeight {
		key = words.MeasureWeightConfirm
	}
	return p.t(key, words.With("value", p.quantity(q)))
}

func (p *textPrinter) trouble(s visit.State) (string, []string) {
	if s.Fault != nil {
		if title, remedy, ok := words.FaultWords(string(s.Panel), string(s.Fault.Code)); ok {
			return p.t(title), []string{p.t(remedy)}
		}
	}
	code := string(instruments.Internal)
	if s.Fault != nil {
		code = string(s.Fault.Code)
	}
	lines := []string{p.t(words.FaultRemedy(code))}
	if code == string(instruments.AlreadySaved) {
		lines = append([]string{p.t(words.FaultSavedOn, words.With("date", p.lang.Date(s.SavedOn)))}, lines...)
	}
	return p.t(words.FaultTitle(code)), lines
}

func (p *textPrinter) urgent(s visit.State) (string, []string) {
	number := words.With("number", p.emergency)
	switch {
	case s.Alarm.Phase == visit.AlarmSymptoms:
		return p.t(words.UrgentTitle), []string{p.t(words.UrgentSymptomsTitle)}
	case s.Alarm.Phase == visit.AlarmRepeat:
		return p.t(words.UrgentConfirmTitle), nil
	case s.Alarm.Tier >= guideline.Emergency:
		return p.t(words.UrgentNowTitle), []string{
			p.t(words.UrgentTier4, number), p.t(words.UrgentTier4Staff), p.t(words.UrgentSit), p.t(words.UrgentAlone),
		}
	}
	return p.t(words.UrgentNowTitle), []string{p.t(words.UrgentTier3), p.t(words.UrgentTier3Worse, number)}
}

// partNames are how the parts of a result are called; the others have their
// measure's name.
var partNames = map[guideline.Part]words.Key{
	guideline.BloodPressure: words.ChooseBP, guideline.SpO2: words.ResultOxygen,
	guideline.Pulse: words.ResultPulse, guideline.Glucose: words.ResultGlucose,
	guideline.Temperature: words.ChooseTemperature,
}

// result is what a panel came to: each value with its band and what that
// means, what to do, how it was measured, and by whose rules.
func (p *textPrinter) result(res visit.PanelResult) []string {
	var lines []string
	for _, j := range res.Judged {
		lines = append(lines, p.t(partNames[j.Part])+": "+p.value(res, j.Part)+p.band(j))
		if j.Band != "" {
			lines = append(lines, "  "+p.t(words.Meaning(j.Band)))
		}
	}
	if len(res.Judged) == 0 {
		return append(lines, p.unjudged(res)...)
	}
	lines = append(lines, p.t(words.NextTier(int(res.Tier)), words.With("number", p.emergency)))
	switch {
	case res.Readings > 1:
		lines = append(lines, p.lang.N(words.ResultAverage, res.Readings))
	case res.Panel == vitals.BloodPressure:
		lines = append(lines, p.t(words.ResultSingle)+". "+p.t(words.ResultSingleHint))
	}
	for _, f := range res.Flags {
		if key, ok := words.FlagNote(string(f)); ok {
			lines = append(lines, p.t(key))
		}
	}
	said := map[string]bool{}
	for _, j := range res.Judged {
		by := p.t(words.ResultJudgedBy, words.With("guideline", j.RuleSet.Publisher+" "+j.RuleSet.Edition))
		if j.Band != "" && !said[by] {
			said[by] = true
			lines = append(lines, by)
		}
	}
	return lines
}

// unjudged is a value that no guideline of ours says anything about.
func (p *textPrinter) unjudged(res visit.PanelResult) []string {
	q, _ := res.Values.Get(res.Panel.Main()[0])
	return []string{p.t(words.PanelName(string(res.Panel))) + ": " + p.quantity(q), p.t(words.ResultNoBand), p.t(words.ResultOneReading)}
}

func (p *textPrinter) band(j guideline.Judgement) string {
	if j.Band == "" {
		return ". " + p.t(words.ResultNoBand)
	}
	return " - " + p.t(words.Band(j.Band))
}

func (p *textPrinter) value(res visit.PanelResult, part guideline.Part) string {
	if part == guideline.BloodPressure {
		top, _ := res.Values.Get(vitals.Systolic)
		bottom, _ := res.Values.Get(vitals.Diastolic)
		return p.lang.Quantity(top.Value.String()+"/"+bottom.Value.String(), top.Unit.Symbol())
	}
	q, _ := res.Values.Get(map[guideline.Part]vitals.Measure{
		guideline.SpO2: vitals.SpO2, guideline.Pulse: vitals.Pulse, guideline.Glucose: vitals.Glucose,
		guideline.Temperature: vitals.Temperature,
	}[part])
	return p.quantity(q)
}

func (p *textPrinter) quantity(q vitals.Quantity) string {
	return p.lang.Quantity(string(q.Comparator)+q.Value.String(), q.Unit.Symbol())
}

func (p *textPrinter) Said(question, answer string) { p.line(1, "> "+question+" "+answer) }

func (p *textPrinter) Waiting(s visit.State) {
	if p.live == nil {
		return
	}
	text := ""
	live := s.Live
	switch {
	case s.Step == visit.Measure && live.Pressure.Valid():
		text = p.lang.Quantity(fmt.Sprint(int(live.Pressure)), vitals.MmHg.Symbol())
	case s.Step == visit.Measure && live.SpO2.Valid():
		text = p.t(words.MeasureSpO2Oxygen) + " " + p.lang.Quantity(fmt.Sprint(int(live.SpO2)), "%")
	case s.Step == visit.Measure:
		text = p.t(words.MeasureStarting)
	case s.Total > 0:
		text = p.lang.Countdown(s.Remaining)
	}
	if text != p.shown {
		p.clear()
		p.shown = text
		_, _ = fmt.Fprint(p.live, text)
	}
}

func (p *textPrinter) Done(id records.ID, saved bool) {
	key := words.FinishGuest
	if saved {
		key = words.FinishSaved
	}
	p.line(0, p.t(key))
	if id != "" {
		p.line(1, string(id))
	}
}
