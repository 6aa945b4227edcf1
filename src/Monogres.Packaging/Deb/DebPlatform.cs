using Monogres.Core;

namespace Monogres.Packaging.Deb;

/// <summary>The release of the distribution that packages are for.</summary>
/// <param name="Suite">Its code name, <c>bookworm</c>.</param>
/// <param name="Mark">What stands for it in versions, <c>deb12</c>.</param>
/// <param name="Architecture">The processor as the distribution names it, <c>amd64</c>.</param>
public sealed record DebPlatform(string Suite, string Mark, string Architecture)
{
    /// <summary>Of the platform's name, <c>debian12-amd64</c>.</summary>
    /// <exception cref="UserErrorException">It is no release of Debian.</exception>
    public static DebPlatform Of(string platform, string suite, string architecture)
    {
        const string Distribution = "debian";
        var release = platform.Split('-')[0];
        return release.StartsWith(Distribution, StringComparison.Ordinal) && release.Length > Distribution.Length && release.AsSpan(Distribution.Length).IndexOfAnyExceptInRange('0', '9') < 0
            ? new DebPlatform(suite, "deb" + release[Distribution.Length..], architecture)
            : throw DebErrors.NotDebian(platform);
    }
}
