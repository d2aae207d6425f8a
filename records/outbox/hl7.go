package outbox

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/hl7v2"
)

// HL7 says how messages of HL7 version 2 reach a receiver.
type HL7 struct {
	// Application and Facility name the receiver, as it wants to be named.
	Application, Facility string
	// CommitOnly has a message count as sent when the receiver has stored it.
	CommitOnly bool
	// TLS is what a mllps address asks for; see Pinning.
	TLS *tls.Config
	// Plain allows a mllp address of another machine: on such a wire everybody
	// can read.
	Plain bool
	// Patience is how long an answer may take. Zero: 30 s.
	Patience time.Duration
}

// answerTime is how long a receiver may take unless told.
const answerTime = 30 * time.Second

// maxReceiver is the longest name of a receiver (HD.1 of HL7 v2.5.1).
const maxReceiver = 20

func (c Config) completeHL7(u *url.URL) (Config, error) {
	_, _, err := net.SplitHostPort(u.Host)
	switch {
	case err != nil || u.Path != "" || u.User != nil || u.RawQuery != "":
		return c, fmt.Errorf("%w: the receiver's address is not mllps://host:port", ErrConfig)
	case u.Scheme != "mllp" && u.Scheme != "mllps":
		return c, fmt.Errorf("%w: the receiver's address is neither mllps:// nor mllp://", ErrConfig)
	case u.Scheme == "mllp" && !c.HL7.Plain && !loopback(u.Hostname()):
		return c, fmt.Errorf("%w: the receiver must be reached by mllps, unless it is said that others may read along", ErrConfig)
	case len(c.HL7.Application) > maxReceiver || len(c.HL7.Facility) > maxReceiver:
		return c, fmt.Errorf("%w: the receiver's name or place has more than %d characters", ErrConfig, maxReceiver)
	case c.Operator.Base == "":
		return c, fmt.Errorf("%w: the operator's base URI is missing", ErrConfig)
	case c.BytesPerSecond < 0:
		return c, fmt.Errorf("%w: a bound is below zero", ErrConfig)
	}
	own := *c.HL7
	if own.Patience <= 0 {
		own.Patience = answerTime
	}
	c.HL7 = &own
	return c.watched(), nil
}

// newLine returns the way to the receiver, not yet connected.
func (s *Sender) newLine() *hl7v2.Line {
	u, _ := url.Parse(s.URL) // it was checked
	dialer := &net.Dialer{Timeout: connectTime}
	dial := func(ctx context.Context) (net.Conn, error) { return dialer.DialContext(ctx, "tcp", u.Host) }
	if u.Scheme == "mllps" {
		secure := &tls.Dialer{NetDialer: dialer, Config: s.HL7.TLS}
		dial = func(ctx context.Context) (net.Conn, error) {
			c, err := secure.DialContext(ctx, "tcp", u.Host)
			if t, ok := c.(*tls.Conn); ok {
				state := t.ConnectionState()
				s.noteCertificate(ctx, &state)
			}
			return c, err
		}
	}
	l := &hl7v2.Line{Dial: dial, Patience: s.HL7.Patience}
	if s.BytesPerSecond > 0 {
		l.Pace = func(ctx context.Context, from io.Reader) io.Reader { return slow{ctx, from, s.BytesPerSecond} }
	}
	return l
}

// message is the kind of the receipts of HL7 messages. Their version is how far
// a message has come.
const (
	message  = "ORU"
	onItsWay = "sent"
	takenIn  = "acknowledged"
)

// carryHL7 brings entries to a receiver, one message after the other. The
// connection ends with the round: an idle one would be cut anyway.
func (r *run) carryHL7(ctx context.Context, entries []records.OutboxEntry) (answer, error) {
	defer r.line.Close()
	for _, e := range entries {
		if ctx.Err() != nil {
			return answer{}, context.Cause(ctx)
		}
		a, err := r.tell(ctx, e)
		if err != nil || a.verdict != done {
			return a, err
		}
	}
	return answer{}, nil
}

// tell sends the message of one entry. The answer is not done if the rest has to
// wait.
func (r *run) tell(ctx context.Context, e records.OutboxEntry) (answer, error) {
	h, why, err := r.revisions(ctx, e)
	if err != nil {
		return answer{}, err
	}
	if why != "" {
		return answer{}, r.park(ctx, e, why)
	}
	m, says, err := r.messageOf(h, e)
	switch {
	case errors.Is(err, fhir.ErrUnmappable):
		return answer{}, r.park(ctx, e, "it cannot be said in HL7")
	case err != nil:
		return answer{}, err
	case !says:
		return answer{}, r.delivered(ctx, []visit{{entry: e}}) // it gave no result
	}
	receipt := records.Receipt{Kind: message, ID: e.Encounter, Remote: m.ControlID, Version: onItsWay, Hash: sha256.Sum256(m.Text)}
	last, known, err := r.store.Receipt(ctx, r.server, message, e.Encounter)
	if err != nil {
		return answer{}, err
	}
	again := known && last.Remote == receipt.Remote
	if !again {
		if err := r.store.KeepReceipts(ctx, r.server, []records.Receipt{receipt}); err != nil {
			return answer{}, err
		}
	}
	ack, err := r.line.Send(ctx, m, r.HL7.CommitOnly)
	if err != nil {
		if ctx.Err() != nil {
			return answer{}, context.Cause(ctx)
		}
		return unheard(err), nil
	}
	return r.acknowledged(ctx, e, m, receipt, judgeAck(ack, again), ack)
}

// messageOf is the message of an entry; it says nothing if the visit gave no result.
func (s *Sender) messageOf(h history, e records.OutboxEntry) (m hl7v2.Message, says bool, err error) {
	parties := hl7v2.Parties{
		Operator: s.Operator, Application: s.HL7.Application, Facility: s.HL7.Facility, CommitOnly: s.HL7.CommitOnly,
	}
	return hl7v2.Result(h.now, h.before, parties, e.Created)
}

// acknowledged does what an answer asks for.
func (r *run) acknowledged(ctx context.Context, e records.OutboxEntry, m hl7v2.Message, receipt records.Receipt, v verdict, ack hl7v2.Ack) (answer, error) {
	why := refusal(ack, m)
	switch v {
	case done:
		receipt.Version = takenIn
		if err := r.store.KeepReceipts(ctx, r.server, []records.Receipt{receipt}); err != nil {
			return answer{}, err
		}
		return answer{}, r.delivered(ctx, []visit{{entry: e}})
	case refused:
		return answer{}, r.park(ctx, e, why)
	case failing:
		return r.delay(ctx, e, answer{verdict: failing, why: why})
	}
	return answer{verdict: v, why: why}, nil
}

// unheard says why there is no answer. That the receiver answers to something
// else, or not in HL7, is as good as none.
func unheard(err error) answer {
	switch {
	case errors.Is(err, hl7v2.ErrOtherMessage):
		return answer{verdict: unreached, why: "the receiver answered to another message"}
	case errors.Is(err, hl7v2.ErrNoFrame), errors.Is(err, hl7v2.ErrNoAck):
		return answer{verdict: unreached, why: "something that is no HL7 receiver answered"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return answer{verdict: unreached, why: "the receiver ended the connection without an answer"}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return answer{verdict: unreached, why: "the receiver took too long"}
	}
	return unanswered(err)
}

// The conditions of table 0357, and what they mean for what was sent.
var conditions = map[string]struct {
	verdict verdict
	words   string
}{
	"100": {refused, "the segments are not in order"}, "101": {refused, "a field is missing"},
	"102": {refused, "a field has the wrong type"}, "103": {refused, "a code is unknown"},
	"200": {unfit, "this type of message is not supported"}, "201": {unfit, "this event is not supported"},
	"202": {unfit, "messages of this processing id are not taken"}, "203": {unfit, "version 2.5.1 is not supported"},
	"204": {refused, "a number in it is unknown"}, "205": {refused, "it is there already"},
	"206": {failing, "the record is locked"}, "207": {failing, "the receiver failed"},
}

// judgeAck says what an answer means. A receiver that rejects without saying why
// may be down, so that it is asked again; one that finds an error without saying
// which finds it again. What is there already is done if it was sent before.
func judgeAck(a hl7v2.Ack, again bool) verdict {
	if a.Code == hl7v2.Accepted || a.Code == hl7v2.CommitAccepted {
		return done
	}
	if a.Condition == "205" && again {
		return done
	}
	if c, ok := conditions[a.Condition]; ok {
		return c.verdict
	}
	if a.Code == hl7v2.Rejected || a.Code == hl7v2.CommitRejected {
		return failing
	}
	return refused
}

// mostWords bounds the receiver's own words that are kept.
const mostWords = 160

// placeInMessage is like PID-1-5: no word of a person.
var placeInMessage = regexp.MustCompile(`^[A-Z][A-Z0-9]{2}(-[0-9]{1,3}){0,2}$`)

// refusal says what a receiver found wrong: in our words, and in its own as far
// as they do not repeat who the message is of.
func refusal(a hl7v2.Ack, m hl7v2.Message) string {
	text := "the receiver answered " + string(a.Code)
	if c, ok := conditions[a.Condition]; ok {
		text += ": " + c.words
	}
	if placeInMessage.MatchString(a.Place) {
		text += " at " + a.Place
	}
	if own := withoutPerson(a.Words, m); own != "" {
		text += ` ("` + own + `")`
	}
	return text
}

// withoutPerson takes out of a receiver's words what the message says of the
// person, and every number of more than three digits.
func withoutPerson(words string, m hl7v2.Message) string {
	tokens := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	secret := map[string]bool{}
	for _, line := range strings.Split(string(m.Text), "\r") {
		if strings.HasPrefix(line, "PID|") {
			for _, t := range tokens(line[4:]) {
				secret[strings.ToLower(t)] = true
			}
		}
	}
	var kept strings.Builder
	for _, word := range strings.Fields(strings.ToValidUTF8(words, "?")) {
		for _, t := range tokens(word) {
			digits := strings.IndexFunc(t, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
			if len(t) > 1 && secret[strings.ToLower(t)] || digits && len(t) > 3 {
				word = "…"
				break
			}
		}
		if kept.Len() > 0 {
			kept.WriteByte(' ')
		}
		kept.WriteString(word)
	}
	out := []rune(kept.String())
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, string(out[:min(len(out), mostWords)]))
}
