using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What was in memory before a program used it.</summary>
public sealed class UninitialisedRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "uninitialised";

    /// <inheritdoc/>
    public override string Words => "memory that was never written";

    /// <inheritdoc/>
    public override string Sign => "A few bytes of binary data that are no text, in the midst of bytes that are equal";

    /// <inheritdoc/>
    public override string Remedy => "Clear structures before they are filled and written (`memset`, `palloc0`).";

    // Padding between fields and the rest of short buffers; longer stretches are content.
    private const int Shortest = 2, Longest = 64;

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) =>
        evidence is Evidence.Bytes { IsCompiled: false, Length: >= Shortest and <= Longest } bytes && bytes.One.Length >= bytes.Length + Longest && (IsBinary(bytes.DifferingOne.Span) || IsBinary(bytes.DifferingOther.Span)) ? Found() : null;

    private static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e);
}
