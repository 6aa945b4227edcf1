using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// The authorities that programs of an image trust, as the scripts of the package <c>ca-certificates</c> would have put them
/// together: all certificates of the package in one file, which curl and GnuTLS read, and which OpenSSL, and so libpq with
/// <c>sslrootcert=system</c>, finds by its default name (X509_get_default_cert_file(3)). The input is the root; what is added to it is given.
/// </summary>
public sealed class CertificateBundle : TreeFunction
{
    private static readonly RelativePath Certificates = RelativePath.Parse("usr/share/ca-certificates");
    private static readonly RelativePath Bundle = RelativePath.Parse("etc/ssl/certs/ca-certificates.crt"), OpenSslDefault = RelativePath.Parse("usr/lib/ssl/cert.pem");

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("oci certificates 1");

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var (tree, bundle) = (new TreeBuilder(), new StringBuilder());
        if (await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[0].Tree, Certificates, cancel) is { } directory)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, directory, cancel))
            {
                if (entry is TreeEntry.File file && file.Path.Name.EndsWith(".crt", StringComparison.Ordinal))
                    bundle.Append(Encoding.ASCII.GetString(await store.Blobs.ReadAllAsync(file.Content, cancel)).TrimEnd('\n')).Append('\n');
            }
        }

        if (bundle.Length > 0)
        {
            tree.AddFile(Bundle, await store.Blobs.PutAsync(Encoding.ASCII.GetBytes(bundle.ToString()), cancel), executable: false);
            tree.AddSymlink(OpenSslDefault, OpenSslDefault.Parent.LinkTo(Bundle));
        }

        return await tree.WriteAsync(store.Blobs, cancel);
    }
}
