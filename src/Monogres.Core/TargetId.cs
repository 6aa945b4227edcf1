namespace Monogres.Core;

/// <summary>One target in full: what is built, for which platform, with which toolchain. Two targets with equal identity are the same target everywhere.</summary>
/// <param name="Name">What is built, with its option set.</param>
/// <param name="Platform">Where the result runs.</param>
/// <param name="Toolchain">The compilers, <c>gcc</c>.</param>
public sealed record TargetId(TargetName Name, PlatformName Platform, string Toolchain) : IComparable<TargetId>
{
    /// <summary>The platform when none is named.</summary>
    public static PlatformName DefaultPlatform { get; } = PlatformName.Parse("debian12-amd64");

    /// <summary>The toolchain when none is named; every platform has it.</summary>
    public const string DefaultToolchain = "gcc";

    /// <summary>The identity as arguments of the command line, ready to be pasted: <c>postgres@15.18+full --platform debian11-amd64</c>.</summary>
    public string ToArguments() => $"{Name}{Choices}";

    /// <summary>The same for the source of an extension that is not in the index: <c>./my-extension --postgres 15.18+full</c>.</summary>
    /// <param name="source">The words that name the source, quoted for the shell.</param>
    public string ToArguments(string source) => $"{source} --postgres {Name.Version}{(Name.OptionSet is { } set ? $"+{set}" : "")}{Choices}";

    private string Choices => $"{(Platform == DefaultPlatform ? "" : $" --platform {Platform}")}{(Toolchain is DefaultToolchain ? "" : $" --toolchain {Toolchain}")}";

    /// <summary>The name for files: <c>postgres-15.18-minimal-debian12-amd64</c>, and the toolchain unless it is the default one.</summary>
    public string ToFileName() =>
        $"{(Name.Extension is { } extension ? $"{extension.Name}-{extension.Version}-" : "")}{Name.Server}-{Name.Version}-{Name.OptionSet}-{Platform}{(Toolchain is DefaultToolchain ? "" : $"-{Toolchain}")}";

    /// <summary>Orders by platform, toolchain and name.</summary>
    public int CompareTo(TargetId? other)
    {
        if (other is null)
            return 1;

        var order = string.CompareOrdinal(Platform.ToString(), other.Platform.ToString());
        if (order == 0) order = string.CompareOrdinal(Toolchain, other.Toolchain);
        return order != 0 ? order : Name.CompareTo(other.Name);
    }

    /// <summary>The name, and platform and toolchain in parentheses where they are not the default: <c>postgres@15.18+full (debian11-amd64, llvm)</c>.</summary>
    public override string ToString()
    {
        var others = string.Join(", ", new[] { Platform == DefaultPlatform ? "" : Platform.ToString(), Toolchain is DefaultToolchain ? "" : Toolchain }.Where(part => part.Length > 0));
        return others.Length == 0 ? Name.ToString() : $"{Name} ({others})";
    }

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <(TargetId left, TargetId right) => left.CompareTo(right) < 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >(TargetId left, TargetId right) => left.CompareTo(right) > 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(TargetId left, TargetId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(TargetId left, TargetId right) => left.CompareTo(right) >= 0;
}
