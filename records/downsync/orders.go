package downsync

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/quality"
	"aidpost/records/rules"
)

// Orders are what an operator asks of its kiosks. None of them can make a kiosk
// less strict than it is by itself: instruments can be refused and not allowed,
// quality control can be asked for and not lifted.
type Orders struct {
	// Refuse are models of instruments that may not be used.
	Refuse []string `json:"refuse,omitempty"`
	// Quality adds to the site's own plans of quality control.
	Quality []quality.Plan `json:"quality,omitempty"`
	// Address and Phone are of the letterhead.
	Address []string `json:"address,omitempty"`
	Phone   string   `json:"phone,omitempty"`
}

// Errors of orders.
var (
	// ErrOrders: they cannot be read or understood as a whole, so that none of
	// them is followed.
	ErrOrders = errors.New("the operator's orders cannot be followed")
)

// AllKiosks is the name of the orders that are for every kiosk of an operator.
// Others are for the kiosk whose id is their name.
const AllKiosks = "all"

// A library is how orders travel: a FHIR Library with the identifier of the
// kiosks that it is for, whose only content is the Orders as JSON.
type library struct {
	ResourceType, ID, Status string
	Meta                     struct {
		VersionID   string
		LastUpdated time.Time
	}
	Identifier []struct{ System, Value string }
	Content    []struct{ ContentType, Data, Hash string }
}

// orders reads what a library asks; nothing if it is a draft, or retired.
func (l library) orders() (Orders, error) {
	if l.Status != "active" {
		return Orders{}, nil
	}
	if len(l.Content) != 1 || l.Content[0].ContentType != "application/json" {
		return Orders{}, fmt.Errorf("%w: not one file of JSON", ErrOrders)
	}
	data, err := base64.StdEncoding.DecodeString(l.Content[0].Data)
	if err != nil {
		return Orders{}, fmt.Errorf("%w: not base64", ErrOrders)
	}
	if want := l.Content[0].Hash; want != "" {
		if sum := sha1.Sum(data); base64.StdEncoding.EncodeToString(sum[:]) != want {
			return Orders{}, fmt.Errorf("%w: the hash does not fit", ErrOrders)
		}
	}
	return ParseOrders(data)
}

// ParseOrders reads orders. One that is not known makes all of them unusable: it
// may be what the others depend on.
func ParseOrders(text []byte) (Orders, error) {
	var o Orders
	if err := rules.Decode(text, &o); err != nil {
		return Orders{}, fmt.Errorf("%w: %w", ErrOrders, err)
	}
	return o, nil
}

// join returns what both ask for together; of a letterhead the later word.
func (o Orders) join(later Orders) Orders {
	o.Refuse = append(slices.Clone(o.Refuse), later.Refuse...)
	slices.Sort(o.Refuse)
	o.Refuse = slices.Compact(o.Refuse)
	o.Quality = Tighten(o.Quality, later.Quality)
	if len(later.Address) > 0 {
		o.Address = later.Address
	}
	if later.Phone != "" {
		o.Phone = later.Phone
	}
	return o
}

// Tighten adds plans to plans: of a panel that has both, what either asks for.
func Tighten(plans, more []quality.Plan) []quality.Plan {
	out := slices.Clone(plans)
	for _, plan := range more {
		i := slices.IndexFunc(out, func(p quality.Plan) bool { return p.Panel == plan.Panel })
		if i < 0 {
			out = append(out, plan)
			continue
		}
		out[i] = out[i].Stricter(plan)
	}
	return out
}
