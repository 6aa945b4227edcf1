using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Programs and libraries that search for libraries outside the prefix.</summary>
public sealed partial class RunpathCheck : PackageCheck
{
    private static readonly string[] Origins = ["$ORIGIN", "${ORIGIN}"];

    /// <inheritdoc/>
    public override string Id => "runpath";

    /// <inheritdoc/>
    public override string Summary => "A program or library searches for libraries outside the prefix";

    /// <inheritdoc/>
    public override string Explain =>
        "Anyone who can write to a directory of its RUNPATH or RPATH decides what the server loads; a directory of the build does not exist on any other machine, and an empty or relative entry depends on the working directory of the process. "
        + "Link without `-rpath`, or with `-Wl,-rpath,'$ORIGIN'`; for cmake, `-DCMAKE_SKIP_INSTALL_RPATH=ON`; for libtool, omit `-R` and `-rpath`. "
        + "The system's own directories are searched anyway and are not reported, nor is a directory in which a needed library was found.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload)
    {
        foreach (var file in payload.Tree.Files.Where(file => file.Elf?.Runpath is not null))
        {
            var used = payload.Links.FirstOrDefault(link => link.Path == file.Path)?.UsedDirectories ?? [];
            foreach (var part in file.Elf!.Runpath!.Split(':').Distinct(StringComparer.Ordinal))
            {
                if (Wrong(part, file, payload, used) is { } wrong)
                    yield return Found(file.Path.Value, wrong);
            }
        }
    }

    private static string? Wrong(string part, InstalledFile file, CheckedPayload payload, IReadOnlyCollection<string> used)
    {
        var prefix = payload.Tree.Prefix;
        if (Origins.FirstOrDefault(origin => string.Equals(part, origin, StringComparison.Ordinal) || part.StartsWith(origin + "/", StringComparison.Ordinal)) is { } origin)
        {
            return RelativePath.TryResolve(prefix.Combine(file.Path.Parent), "." + part[origin.Length..], out var own) && own.IsWithin(prefix)
                ? null
                : $"`{part}` in its RUNPATH leads out of the prefix";
        }

        if (!part.StartsWith('/'))
            return part.Length == 0 ? "an entry of its RUNPATH is empty, which means the working directory of the process" : $"`{part}` in its RUNPATH is relative to the working directory of the process";

        return RelativePath.TryResolve(RelativePath.Root, part, out var path) && (path.IsWithin(prefix) || SystemDirectory().IsMatch(path.Value) || used.Contains($"/{path}", StringComparer.Ordinal))
            ? null
            : $"`{part}` in its RUNPATH is outside the prefix";
    }

    /// <summary>The default directories of the loader (ld.so(8)).</summary>
    [GeneratedRegex(@"^(usr/)?lib(64)?(/[a-z0-9_]+-linux-gnu[a-z0-9]*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SystemDirectory();
}
