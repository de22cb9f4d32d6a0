// A rule of our own: what is printed on a ticket in the kitchen must not move the printer.

using System.ComponentModel.DataAnnotations;

namespace Restaurant;

/// <summary>A text without control characters.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
sealed class PlainTextAttribute() : ValidationAttribute("must not hold control characters")
{
    public override bool IsValid(object? value) => value is not string text || !text.Any(char.IsControl);
}
