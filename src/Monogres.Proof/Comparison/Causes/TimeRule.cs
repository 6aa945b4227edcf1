using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>A date or a time of day, in the spellings of programs and as a number.</summary>
public sealed partial class TimeRule : MaskRule
{
    // What builds write of their time lies in between; numbers of this size that are something else mostly do not.
    private static readonly long Earliest = new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long Latest = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <inheritdoc/>
    public override string Id => "time";

    /// <inheritdoc/>
    public override string Words => "a time";

    /// <inheritdoc/>
    public override string Sign => "A date or time as `date`, `__DATE__`, `__TIME__`, ISO 8601 or RFC 5322 write it, or seconds since 1970 between 2010 and 2040; modification times in the headers of archives";

    /// <inheritdoc/>
    public override string Remedy => "Leave it out, or take `SOURCE_DATE_EPOCH`; for archives, `tar --mtime=@$SOURCE_DATE_EPOCH` and `gzip -n`.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        switch (evidence)
        {
            case Evidence.Times(var one, var other):
                return Found(Date(one), Date(other));
            case Evidence.Bytes bytes:
                // Two numbers: a time and its copy, or a time of 64 bits.
                return bytes.Words(sizeof(uint)) is [var first, ..] words && words.Count <= 2 && words.All(pair => IsTime(pair.One) && IsTime(pair.Other))
                    ? Found(Date(DateTimeOffset.FromUnixTimeSeconds((long)first.One)), Date(DateTimeOffset.FromUnixTimeSeconds((long)first.Other)))
                    : null;
            default:
                return base.Explain(evidence);
        }
    }

    /// <inheritdoc/>
    protected override bool Is(Match match) => !match.Groups["epoch"].Success || IsTime(ulong.Parse(match.Groups["epoch"].Value, CultureInfo.InvariantCulture));

    private static bool IsTime(ulong seconds) => seconds <= (ulong)Latest && (long)seconds >= Earliest;

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        (?<!\d)(19|20)\d\d[-/.](0[1-9]|1[0-2])[-/.](0[1-9]|[12]\d|3[01])([T_ ]+\d\d[:h]?\d\d([:m]?\d\d([.,]\d+)?)?)?([ ]?(Z|[+-]\d\d:?\d\d|[A-Z]{3,4}))?(?!\d)
        | (?<![\w.])(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([T_-]?([01]\d|2[0-3])[0-5]\d([0-5]\d)?Z?)?(?![\w.])
        | ((Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w{0,6},?[ ]+)?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w{0,6}[ ]+\d{1,2},?([ ]+\d\d:\d\d:\d\d([ ][AP]M)?)?([ ]+[A-Z]{3,4}|[ ]+[+-]\d\d(\d\d)?)?[ ]+(19|20)\d\d(?!\d)
        | ((Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w{0,6},?[ ]+)?(?<!\d)\d{1,2}[ -](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w{0,6}[ -](19|20)\d\d([ ]+\d\d:\d\d(:\d\d)?)?([ ]+([+-]\d{4}|[A-Z]{3,4}))?(?!\d)
        | (?<![\d:.])([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)([.,]\d+)?(?![\d:])
        | (?<![\w.])(?<epoch>[12]\d{9})(\.\d+)?(?![\w.])
        """, Options | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
