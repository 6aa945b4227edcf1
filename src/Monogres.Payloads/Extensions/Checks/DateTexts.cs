using System.Globalization;
using System.Text.RegularExpressions;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Texts in files that look like the day on which something was made.</summary>
public static partial class DateTexts
{
    /// <summary>The dates in a file: those as <c>__DATE__</c> writes them, and one day in the spellings that programs write into files. Each once, in the order of the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="day">That one day, or null.</param>
    public static IReadOnlyList<string> In(InstalledFile file, DateOnly? day)
    {
        if (file.Elf is null && !file.IsText)
            return [];

        var text = file.Characters;
        List<(int At, string Text)> found = [.. MacroDate().Matches(text).Select(match => (match.Index, match.Value))];
        if (day is { } built)
        {
            foreach (var format in (string[])["yyyy'-'MM'-'dd", "d MMM yyyy", "dd MMM yyyy", "MMM d, yyyy", "ddd MMM  d ", "ddd MMM dd "])
            {
                var spelling = built.ToString(format, CultureInfo.InvariantCulture);
                if (text.IndexOf(spelling, StringComparison.Ordinal) is >= 0 and var at)
                    found.Add((at, spelling));
            }
        }

        return [.. found.OrderBy(one => one.At).Select(one => one.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary><c>Jan  5 2026</c>: a day of one digit has a blank in front (C23, 6.10.10.2).</summary>
    [GeneratedRegex(@"(?<![A-Za-z])(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ( [1-9]|[12][0-9]|3[01]) (19|20)[0-9]{2}(?![0-9])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex MacroDate();
}
