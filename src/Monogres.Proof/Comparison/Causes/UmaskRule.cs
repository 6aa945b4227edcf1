using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The mask by which a session takes permissions away from new files.</summary>
public sealed class UmaskRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "umask";

    /// <inheritdoc/>
    public override string Words => "the umask";

    /// <inheritdoc/>
    public override string Sign => "Modes that differ in the bits of group and others only";

    /// <inheritdoc/>
    public override string Remedy => "Set the umask, or give the mode: `install -m 644`, `tar --mode=go=rX,u+rw`.";

    private const int GroupAndOthers = 0b000_111_111;

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.Modes(var one, var other) && one != other && ((one ^ other) & ~GroupAndOthers) == 0
        ? Found(Octal(one), Octal(other))
        : null;

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
}
