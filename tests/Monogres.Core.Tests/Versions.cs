using FsCheck;
using FsCheck.Fluent;

namespace Monogres.Core.Tests;

/// <summary>Versions near each other, so that equal ones and neighbours come up often.</summary>
internal static class Versions
{
    private static readonly Gen<PgVersion> Any =
        from major in Gen.Choose(13, 17)
        from stage in Gen.Elements(PgVersionStage.Beta, PgVersionStage.ReleaseCandidate, PgVersionStage.Release)
        from number in Gen.Choose(1, 4)
        select PgVersion.Of(major, stage, number);

    public static readonly Arbitrary<PgVersion> One = Any.ToArbitrary();

    public static readonly Arbitrary<(PgVersion, PgVersion, PgVersion)> Three =
        (from a in Any from b in Any from c in Any select (a, b, c)).ToArbitrary();

    private static readonly Gen<string> Comparison =
        from sign in Gen.Elements("", "=", "!=", "<", "<=", ">", ">=")
        from version in Any
        from bare in Gen.Elements(true, false)
        select sign + (bare ? $"{version.Major}" : version.ToString());

    public static readonly Arbitrary<(string Range, PgVersion Version)> RangeAndVersion =
        (from count in Gen.Choose(1, 3)
         from parts in Gen.ArrayOf(Comparison, count)
         from version in Any
         select (string.Join(" , ", parts), version)).ToArbitrary();
}
