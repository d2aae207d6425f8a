package vitals

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxScale bounds the digits after the point: no instrument reports more.
const maxScale = 6

// maxCoef keeps every sum and rescaling of two decimals inside an int64.
const maxCoef = 1_000_000_000_000

// ErrDecimal reports text or a number that is not a decimal of at most twelve
// significant digits with at most six behind the point.
var ErrDecimal = errors.New("not a decimal number")

// A Decimal is an exact decimal number that keeps its trailing zeros: 98.0 and
// 98 are equal in size but print as they were measured. The zero value is 0.
type Decimal struct {
	coef  int64
	scale uint8
}

// Int returns n as a Decimal without digits behind the point.
func Int(n int) Decimal { return Decimal{coef: int64(n)} }

// Scaled returns coef × 10^-scale. It fails with ErrDecimal outside the bounds
// of a Decimal.
func Scaled(coef int64, scale int) (Decimal, error) {
	if scale < 0 || scale > maxScale || coef >= maxCoef || coef <= -maxCoef {
		return Decimal{}, fmt.Errorf("%de-%d: %w", coef, scale, ErrDecimal)
	}
	return Decimal{coef: coef, scale: uint8(scale)}, nil
}

// ParseDecimal reads a plain decimal such as "98.0" or "-3". Exponents, signs
// other than a leading minus, spaces and digits other than 0-9 are refused.
func ParseDecimal(s string) (Decimal, error) {
	whole, frac, point := strings.Cut(s, ".")
	digits := strings.TrimPrefix(whole, "-")
	if digits == "" || (point && frac == "") || !allDigits(digits) || !allDigits(frac) || len(digits)+len(frac) > 12 {
		return Decimal{}, fmt.Errorf("%.40q: %w", s, ErrDecimal)
	}
	coef, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return Decimal{}, fmt.Errorf("%.40q: %w", s, ErrDecimal)
	}
	return Scaled(coef, len(frac))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// String writes d as it was measured, with a point.
func (d Decimal) String() string {
	if d.scale == 0 {
		return strconv.FormatInt(d.coef, 10)
	}
	sign, n := "", d.coef
	if n < 0 {
		sign, n = "-", -n
	}
	pow := pow10(d.scale)
	return fmt.Sprintf("%s%d.%0*d", sign, n/pow, int(d.scale), n%pow)
}

// Cmp compares sizes: -1, 0 or +1. Trailing zeros do not count.
func (d Decimal) Cmp(e Decimal) int {
	a, b := align(d, e)
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Sub returns d minus e at the finer of the two scales.
func (d Decimal) Sub(e Decimal) Decimal {
	a, b := align(d, e)
	return Decimal{coef: a - b, scale: max(d.scale, e.scale)}
}

// Times returns n times d.
func (d Decimal) Times(n int) Decimal {
	d.coef *= int64(n)
	return d
}

// Round returns d with the given number of digits behind the point, half away
// from zero, as every display and every mean in Aidpost rounds.
func (d Decimal) Round(scale int) Decimal {
	if scale < 0 || scale > maxScale {
		return d
	}
	s := uint8(scale)
	if s >= d.scale {
		return Decimal{coef: d.coef * pow10(s-d.scale), scale: s}
	}
	return Decimal{coef: divHalfAway(d.coef, pow10(d.scale-s)), scale: s}
}

// Mean returns the mean of ds rounded half away from zero to the given number
// of digits behind the point. The mean of nothing is 0.
func Mean(ds []Decimal, scale int) Decimal {
	if len(ds) == 0 {
		return Decimal{}
	}
	finest := uint8(min(max(scale, 0), maxScale))
	for _, d := range ds {
		finest = max(finest, d.scale)
	}
	var sum int64
	for _, d := range ds {
		sum += d.coef * pow10(finest-d.scale)
	}
	step := pow10(finest - uint8(min(max(scale, 0), maxScale)))
	return Decimal{coef: divHalfAway(sum, step*int64(len(ds))), scale: uint8(min(max(scale, 0), maxScale))}
}

// Float returns d for drawing alone; no clinical decision is made on it.
func (d Decimal) Float() float64 { return float64(d.coef) / math.Pow10(int(d.scale)) }

// Int returns d rounded to a whole number.
func (d Decimal) Int() int { return int(d.Round(0).coef) }

// MarshalText writes d for JSON and storage.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Decimal) UnmarshalText(text []byte) error {
	parsed, err := ParseDecimal(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func align(d, e Decimal) (a, b int64) {
	s := max(d.scale, e.scale)
	return d.coef * pow10(s-d.scale), e.coef * pow10(s-e.scale)
}

func pow10(n uint8) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func divHalfAway(n, by int64) int64 {
	if n < 0 {
		return -divHalfAway(-n, by)
	}
	return (n + by/2) / by
}
