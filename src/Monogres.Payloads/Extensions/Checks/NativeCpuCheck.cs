using System.Text.RegularExpressions;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Compilers that were told to optimise for the processor of the build machine.</summary>
public sealed partial class NativeCpuCheck : PackageCheck
{
    /// <inheritdoc/>
    public override string Id => "native-cpu";

    /// <inheritdoc/>
    public override string Summary => "A compiler was told to optimise for the processor of the build machine";

    /// <inheritdoc/>
    public override string Explain =>
        "The result then depends on the machine that builds it, and crashes with an illegal instruction on an older one. "
        + "Find the variable of its build that sets the flag, and clear it under `build.arguments` in its `repo.json` (pgvector: `OPTFLAGS=`).";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload) => payload.BuildLog
        .Where(line => !line.StartsWith("checking ", StringComparison.Ordinal) && !line.StartsWith("-- ", StringComparison.Ordinal)) // What configure and cmake only try.
        .Select(line => NativeFlag().Match(line)).Where(match => match.Success)
        .GroupBy(match => match.Groups["flag"].Value, StringComparer.Ordinal)
        .Select(flags => Found(file: null, $"`{flags.Key}` is in {(flags.Count() == 1 ? "a line" : $"{flags.Count()} lines")} of the build log"));

    /// <summary>The flags of gcc and clang, of rustc, and of Intel's compiler, as words of a command.</summary>
    [GeneratedRegex(@"(?<![^\s""'=,])(?<flag>-march=native|-mtune=native|-mcpu=native|(-C\s*)?target-cpu=native|-xHost)(?![^\s""'])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NativeFlag();
}
