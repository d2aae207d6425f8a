package visit

import (
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// A QuestionID names a question to the person; the catalogue has its words.
type QuestionID string

// The questions.
const (
	// AskFit asks at once whatever of the next four was not asked yet; yes has them
	// asked one by one.
	AskFit      QuestionID = "fit"
	AskAdult    QuestionID = "adult"
	AskPregnant QuestionID = "pregnant"
	AskSymptoms QuestionID = "symptoms"
	AskArm      QuestionID = "arm"
	AskCuff     QuestionID = "cuff" // how the arm lies to its marks; answered with an intended.Lie
	AskMeal     QuestionID = "meal"
)

// The answers.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown"

	MealFasting = string(vitals.Fasting)
	MealAfter   = string(vitals.AfterMeal)
	MealBetween = string(vitals.RandomMeal)
)

// menopause is the age from which the question after a pregnancy is spared.
const menopause = 60

// options lists the answers to a question, in the order of the buttons.
func options(q QuestionID) []string {
	switch q {
	case "":
		return nil
	case AskMeal:
		return []string{MealFasting, MealAfter, MealBetween, Unknown}
	case AskMeter:
		return []string{MeterOwn, MeterPlace}
	case AskCuff:
		var lies []string
		for _, lie := range intended.Lies() {
			lies = append(lies, string(lie))
		}
		return lies
	}
	return []string{Yes, No}
}

// plan lists what must be asked before a panel is measured. Each is asked once in a
// visit, and for whom the panel is not, in one question: most people have one answer
// to all of it.
func (v *Visit) plan(p vitals.Panel) []QuestionID {
	qs := v.scope(p)
	if len(qs) > 1 {
		qs = []QuestionID{AskFit}
	}
	if p == vitals.BloodGlucose {
		qs = append(qs, AskMeal)
	}
	return qs
}

// scope lists what tells whether a panel is for the person, and has not been asked.
func (v *Visit) scope(p vitals.Panel) []QuestionID {
	qs := []QuestionID{AskSymptoms}
	if !v.p.subject.AgeKnown {
		qs = append(qs, AskAdult)
	}
	if !v.p.subject.AgeKnown || v.p.subject.Age < menopause {
		qs = append(qs, AskPregnant)
	}
	if p == vitals.BloodPressure {
		qs = append(qs, AskArm)
	}
	return slices.DeleteFunc(qs, func(q QuestionID) bool { return v.p.asked[q] })
}

// ChoosePanel begins to measure a panel that is on offer.
func (v *Visit) ChoosePanel(p vitals.Panel) error {
	return v.command(func() error { return v.choose(p) }, Choose, Result)
}

func (v *Visit) choose(p vitals.Panel) error {
	i := slices.IndexFunc(v.offers(), func(o Offer) bool { return o.Panel == p && o.Startable() })
	if i < 0 {
		return ErrNotNow
	}
	v.beginPanel(measurement{panel: p, questions: v.plan(p)})
	v.loadHistory(p)
	if p == vitals.BloodPressure {
		v.loadArm()
	}
	v.nextQuestion()
	v.admitEarly()
	return nil
}

// Startable reports whether the panel can be begun. A meter may still be off:
// it is plugged in after the drop of blood is on the strip.
func (o Offer) Startable() bool {
	return o.Status == OfferReady || o.Status == OfferDone ||
		o.Status == OfferAsleep && o.Panel == vitals.BloodGlucose
}

// asks is the question at hand. How the arm lies to the marks of a cuff can be seen
// when it is on, and the rest is long enough for an answer; without one the tap that
// starts the cuff gives it.
func (v *Visit) asks() QuestionID {
	switch v.step {
	case Rest, Ready:
		from, ok := v.ready()
		if ok && v.m.panel == vitals.BloodPressure && len(v.m.attempts) == 0 && v.cuffUnknown(from) {
			return AskCuff
		}
		return ""
	}
	return v.m.question
}

func (v *Visit) nextQuestion() {
	if len(v.m.questions) == 0 {
		v.m.question = ""
		v.prepare()
		return
	}
	q := v.m.questions[0]
	v.m.questions = v.m.questions[1:]
	v.ask(q)
}

// ask puts a question on the screen.
func (v *Visit) ask(q QuestionID) {
	v.m.question = q
	v.enter(Question)
}

// Answer answers the question on the screen with one of its options.
func (v *Visit) Answer(option string) error {
	return v.command(func() error {
		q := v.asks()
		if !slices.Contains(options(q), option) {
			return ErrNotNow
		}
		v.note(q, option)
		switch {
		case q == AskAdult && option == No, q == AskArm && option == Yes:
			v.p.asked[q] = false
			v.m.question = q
			v.enter(Unsuitable)
			return nil
		case q == AskFit && option == Yes:
			v.m.questions = append(v.scope(v.m.panel), v.m.questions...)
		case q == AskSymptoms && option == Yes:
			v.p.symptoms, v.p.subject.Unwell = true, true
			v.advise(emergencyNow)
			return nil
		case q == AskCuff:
			v.fitCuff(intended.Lie(option))
			return nil
		case q == AskOtherMeter && v.own != nil && option == Yes:
			v.nextOwn()
			return nil
		case q == AskOtherMeter && v.own != nil:
			v.ownFailed(instruments.OnePerson)
			return nil
		case q == AskOtherMeter && option == Yes:
			v.enter(Confirm)
			return nil
		case q == AskOtherMeter:
			v.m.candidates = nil
			v.refuseMeter(v.m.from)
			return nil
		case q == AskMeter:
			v.m.whose = option
			v.start()
			return nil
		}
		v.nextQuestion()
		return nil
	}, Question, Rest, Ready)
}

// note takes down what was said of the person.
func (v *Visit) note(q QuestionID, option string) {
	if q == AskFit && option == No {
		for _, q := range v.scope(v.m.panel) {
			v.note(q, unless(q))
		}
		v.agreeToMeasure()
		return
	}
	v.answer(string(q), option)
	switch q {
	case AskFit:
		v.agreeToMeasure()
	case AskAdult:
		v.p.asked[q] = true
		if option == Yes {
			v.p.subject.Age, v.p.subject.AgeKnown = adult, true
		}
	case AskPregnant:
		v.p.asked[q], v.p.subject.Pregnant = true, option == Yes
	case AskSymptoms:
		v.p.asked[q] = true
	case AskMeal:
		if option != Unknown {
			v.m.meal = vitals.Meal(option)
		}
	}
}

// unless is the answer to a question by somebody to whom nothing of AskFit applies.
func unless(q QuestionID) string {
	if q == AskAdult {
		return Yes
	}
	return No
}

// adult is the least age of somebody who says to be an adult.
const adult = 18

// Prepared tells that the person is in position. A cuff needs the seated rest
// next; the other instruments start.
func (v *Visit) Prepared() error {
	return v.command(func() error {
		v.agreeToArm()
		switch {
		case v.m.panel == vitals.BloodGlucose && !v.attachedReady(vitals.BloodGlucose):
			v.enter(Connect)
		case v.m.panel != vitals.BloodPressure:
			v.start()
		case v.m.rest != nil:
			v.enter(Ready)
		default:
			v.beginRest()
		}
		return nil
	}, Prepare)
}

// settling is how long somebody who sits down before a cuff looks at how to, before
// the rest begins by itself: about as long as that takes.
const settling = 45 * time.Second

// prepare shows how to get ready. A hand may be in a sleeve: the rest before a cuff,
// in which nothing happens, needs no touch to begin, and Unsettled takes it back.
func (v *Visit) prepare() {
	v.m.offered = v.p.arm // from now on, so that it does not change under a finger
	v.enter(Prepare)
	if v.m.panel == vitals.BloodPressure && v.m.rest == nil {
		v.countdown(v.patience(settling), v.beginRest)
	}
}

// Unsettled goes back from the rest to how to get ready, as often as somebody needs.
func (v *Visit) Unsettled() error {
	return v.command(func() error {
		v.prepare()
		return nil
	}, Rest)
}

// meterArrived starts to read a meter that has just been plugged in.
func (v *Visit) meterArrived() {
	if v.step == Connect && v.attachedReady(v.m.panel) {
		v.start()
	}
}

func (v *Visit) attachedReady(p vitals.Panel) bool {
	return slices.ContainsFunc(v.cfg.Instruments.Attached(), func(a instruments.Attached) bool {
		return a.Startable() && a.Model.Panel == p
	})
}
