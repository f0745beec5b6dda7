using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Which executors are a selector's own, where several share them: each has one owner, which all selectors find alike, by rendezvous
/// hashing (Thaler and Ravishankar 1998). When a selector comes or goes only its own change hands.
/// </summary>
/// <param name="self">The selector's own id; null where it is the only one.</param>
/// <param name="selectors">All selectors that are alive, by id.</param>
internal sealed class Ownership(string? self, IReadOnlyDictionary<string, SelectorReplica> selectors)
{
    private readonly string[] _others =
        self is null ? [] : [.. selectors.Keys.Where(selector => !string.Equals(selector, self, StringComparison.Ordinal))];

    /// <summary>Whether an executor is the selector's own.</summary>
    /// <param name="executor">The executor's id.</param>
    public bool IsOwn(string executor)
    {
        if (_others.Length == 0)
        {
            return true;
        }

        var own = Weight(self!, executor);
        foreach (var other in _others)
        {
            var weight = Weight(other, executor);
            if (weight > own || (weight == own && string.CompareOrdinal(other, self) > 0))
            {
                return false;
            }
        }

        return true;
    }

    private static ulong Weight(string selector, string executor) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{selector}\n{executor}")));
}
