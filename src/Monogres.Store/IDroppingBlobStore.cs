using Monogres.Core;

namespace Monogres.Store;

/// <summary>A store that can forget a blob which was found to be damaged, so that it is had again.</summary>
public interface IDroppingBlobStore : IBlobStore
{
    /// <summary>Forgets the blob; no error when it is not here. The empty blob stays.</summary>
    void Drop(Digest digest);
}
