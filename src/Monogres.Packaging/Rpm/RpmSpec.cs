using System.Buffers;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Repositories.Yum;

namespace Monogres.Packaging.Rpm;

/// <summary>
/// The description of packages that rpmbuild reads (https://rpm-software-management.github.io/rpm/manual/spec.html). It builds nothing:
/// every file is there already, and is named with its mode and owner. Needs are computed here, so rpm looks for none.
/// </summary>
/// <param name="request">What the packages say.</param>
internal sealed class RpmSpec(RpmRequest request)
{
    // A space is meant as it is in quotes; these are not.
    private static readonly SearchValues<char> Special = SearchValues.Create("*?[]{}\\\"\n\r");

    private readonly StringBuilder _text = new();

    /// <summary>The text for these packages.</summary>
    /// <param name="request">What the packages say.</param>
    /// <param name="packages">The packages with their files.</param>
    /// <param name="payload">The digest of the payload that they are made of.</param>
    /// <param name="isForAnyMachine">Whether nothing in them depends on the processor.</param>
    /// <exception cref="UserErrorException">A path cannot be written.</exception>
    public static string Of(RpmRequest request, IReadOnlyCollection<RpmContent> packages, Digest payload, bool isForAnyMachine)
    {
        var spec = new RpmSpec(request);
        spec.Preamble(isForAnyMachine);
        // rpmbuild wants one also of the base when there is no package of that name: it makes none then.
        if (!packages.Any(package => spec.IsBase(package.Part)))
            spec._text.Append("\n%description\n").Append(Escaped(request.Summary)).Append('\n');
        // What is not in the preamble is one section for each package; the package of the base name has no other mark.
        foreach (var package in packages.OrderBy(package => package.Part.Name, StringComparer.Ordinal))
            spec.Package(package, payload);
        spec.Changelog(payload);
        return spec._text.ToString();
    }

    private void Preamble(bool isForAnyMachine)
    {
        Field("Name", request.Base);
        Field("Version", request.Version.Version);
        Field("Release", request.Version.Release);
        Field("Summary", request.Summary);
        // rpm wants a licence; what it is called is not known, and its text is in the package.
        Field("License", request.License ?? YumPackage.UnknownLicense);
        Field("URL", request.Homepage.AbsoluteUri);
        Field("Vendor", "Monogres");
        Field("Packager", request.Maintainer);
        if (isForAnyMachine)
            Field("BuildArch", "noarch");
    }

    private void Package(RpmContent content, Digest payload)
    {
        var part = content.Part;
        var isBase = IsBase(part);
        if (!isBase)
        {
            _text.Append("\n%package -n ").Append(part.Name).Append('\n');
            Field("Summary", part.Summary);
        }

        Field("AutoReqProv", "no");
        foreach (var (script, need) in part.ScriptRequires)
            Field($"Requires({script})", need);
        foreach (var need in part.Requires.Concat(content.Needs).Distinct(StringComparer.Ordinal))
            Field("Requires", need);
        foreach (var name in part.Provides)
            Field("Provides", name);
        foreach (var (name, value) in (request.Identity with { Payload = payload }).Facts())
            Field("Provides", $"monogres-{name}({value})");
        Field("Provides", $"monogres-project({request.Project})");
        foreach (var other in part.Conflicts)
            Field("Conflicts", other);

        var option = isBase ? "" : $" -n {part.Name}";
        _text.Append("\n%description").Append(option).Append('\n').Append(string.Join("\n\n", part.Description.Select(Escaped))).Append('\n');
        foreach (var (section, script) in part.Scripts)
            _text.Append('\n').Append(section).Append(option).Append('\n').Append(Escaped(script)).Append('\n');

        _text.Append("\n%files").Append(option).Append('\n');
        foreach (var (path, attributes) in content.Files)
            _text.Append(attributes).Append(" \"/").Append(Quoted(path)).Append("\"\n");
    }

    private void Changelog(Digest payload) => _text.Append($"""

        %changelog
        * {request.SourceDate.UtcDateTime:ddd MMM dd yyyy} {Escaped(request.Maintainer)} - {request.Version}
        - {Escaped(request.Title)}, built from its source by Monogres.
        - The payload: {payload.Hash}

        """);

    private bool IsBase(RpmPart part) => string.Equals(part.Name, request.Base, StringComparison.Ordinal);

    private void Field(string name, string value) => _text.Append(name).Append(": ").Append(Escaped(value.ReplaceLineEndings(" "))).Append('\n');

    private static string Escaped(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Quoted(RelativePath path) => path.Value.AsSpan().IndexOfAny(Special) < 0 ? Escaped(path.Value) : throw RpmErrors.BadPath(path);
}
