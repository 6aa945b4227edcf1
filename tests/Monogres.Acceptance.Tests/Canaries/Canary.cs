namespace Monogres.Acceptance.Tests.Canaries;

/// <summary>What becomes of a source of difference.</summary>
public enum CanaryEnd
{
    /// <summary>The sandbox gives the same answer everywhere: both builds succeed and are the same.</summary>
    Impossible,

    /// <summary>The build fails, or a check finds an error in what it gave.</summary>
    Refused,

    /// <summary>It is built, and <c>verify</c> finds that the rebuild differs.</summary>
    Caught,
}

/// <summary>An extension that lets one source of difference into its result, and its twin, which does the same harmlessly.</summary>
/// <param name="Name">What differs.</param>
/// <param name="End">What must become of it.</param>
/// <param name="By">What makes it so.</param>
/// <param name="Script">A shell script whose output is installed.</param>
/// <param name="Twin">The script of the twin.</param>
internal sealed record Canary(string Name, CanaryEnd End, string By, string Script, string Twin)
{
    /// <summary>The name of the extension.</summary>
    public string Extension => $"canary_{Name.Replace('-', '_')}";
}
