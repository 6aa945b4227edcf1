using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Oci.Model;

namespace Monogres.Packaging.Oci.Images;

/// <summary>An image of an extension, in a catalogue.</summary>
/// <param name="Name">The extension.</param>
/// <param name="Repository">With the registry.</param>
/// <param name="Image">The image, or the index of several.</param>
/// <param name="HasLibraries">Whether <c>/system</c> of the image has libraries that the server must find.</param>
public sealed record CatalogExtension(ProjectName Name, string Repository, OciDescriptor Image, bool HasLibraries);

/// <summary>An image of a server, in a catalogue, with the extensions that can be mounted into it.</summary>
/// <param name="Major">The major version.</param>
/// <param name="Repository">With the registry.</param>
/// <param name="Image">The image, or the index of several.</param>
/// <param name="Extensions">The extensions.</param>
public sealed record CatalogServer(int Major, string Repository, OciDescriptor Image, ImmutableArray<CatalogExtension> Extensions);

/// <summary>Which images a Kubernetes cluster takes: the <c>ClusterImageCatalog</c> of CloudNativePG, https://cloudnative-pg.io/documentation/current/image_catalog/. Images are named by digest.</summary>
/// <param name="Name">The name of the catalogue.</param>
/// <param name="Servers">At most one for each major version.</param>
public sealed record ImageCatalog(string Name, ImmutableArray<CatalogServer> Servers)
{
    /// <summary>The YAML document, sorted by version and name.</summary>
    public string ToYaml()
    {
        var yaml = new StringBuilder($"""
            apiVersion: postgresql.cnpg.io/v1
            kind: ClusterImageCatalog
            metadata:
              name: {Name}
            spec:
              images:

            """);
        foreach (var server in Servers.OrderBy(server => server.Major))
        {
            yaml.Append($"  - major: {server.Major}\n    image: {server.Repository}@{server.Image.Digest}\n");
            if (!server.Extensions.IsEmpty)
                yaml.Append("    extensions:\n");
            foreach (var extension in server.Extensions.OrderBy(extension => extension.Name))
            {
                yaml.Append($"    - name: {ImageNames.RepositoryOf(extension.Name)}\n      image:\n        reference: {extension.Repository}@{extension.Image.Digest}\n");
                if (extension.HasLibraries)
                    yaml.Append("      ld_library_path:\n      - system\n");
            }
        }

        return yaml.ToString();
    }
}
