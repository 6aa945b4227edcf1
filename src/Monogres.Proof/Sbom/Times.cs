using System.Globalization;

namespace Monogres.Proof.Sbom;

/// <summary>Times as both formats have them.</summary>
internal static class Times
{
    /// <summary><c>2026-11-28T12:00:00Z</c></summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
