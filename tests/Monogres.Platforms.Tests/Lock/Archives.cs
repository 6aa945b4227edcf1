using System.Text;
using Monogres.Platforms.Lock;
using Monogres.Testing.Repositories;

namespace Monogres.Platforms.Tests.Lock;

/// <summary>Packages written in one line: <c>name version [Field: value]</c>.</summary>
internal static class Archives
{
    public static ArchivePackages Of(params IEnumerable<string> lines) => new(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => SmallMirror.Stanza(line)))), "amd64");
}
