package records

// Questions of a visit about the tests in it, and their answers in the order of a list on
// screen.
const (
	AskedReason = "test-reason" // why something is measured
	AskedOrder  = "test-order"  // who asked for it
)

// TestReasons returns why something may be measured.
func TestReasons() []string { return []string{"screening", "monitoring", "symptoms"} }

// TestOrders returns who may have asked for it.
func TestOrders() []string { return []string{"person", "doctor", "pharmacist", "rule"} }

// Answered returns the last answer to a question of the visit; "" if there is none.
func (e *Encounter) Answered(question string) (answer string) {
	for _, a := range e.Answers {
		if a.Question == question {
			answer = a.Answer
		}
	}
	return answer
}
