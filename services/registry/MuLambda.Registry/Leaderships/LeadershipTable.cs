using System.Net;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Leaderships;

/// <summary>
/// Who leads. A token is the store's next revision when the lead is taken: revisions only grow, also over restarts, and the taking
/// itself is a revision, so that no two holders ever have the same. Writes under a token share the gate and those that
/// change the leader have it alone: between the look at the token and the write nobody else can take the lead.
/// </summary>
internal sealed class LeadershipTable(NounStore nouns, IMetadataStore store) : IDisposable
{
    private readonly SharedGate _gate = new();

    /// <summary>Takes the lead or renews it.</summary>
    /// <exception cref="ProblemException">409: another leads.</exception>
    public async Task<Leadership> LeadAsync(Leadership wish, CancellationToken cancellationToken)
    {
        var key = NounStore.LeadershipKey(wish.Name);
        using (await _gate.HaveAloneAsync(cancellationToken))
        {
            while (true)
            {
                var present = await nouns.FindAsync(key, CatalogJson.Default.Leadership, cancellationToken);
                if (present is var (noun, _) && noun.Holder != wish.Holder)
                {
                    throw new ProblemException(
                        HttpStatusCode.Conflict, $"'{wish.Name}' is led by '{noun.Holder}' as long as it renews.");
                }

                // A lease that ran out stays so: whoever had it leads under another token.
                var renewed = present is not null && await nouns.RenewAsync(key, cancellationToken);
                var token = renewed ? present!.Value.Noun.Token : store.Revision + 1;
                var led = wish with { Token = token };

                // Not cancelled half-way: a write that is still under way must not meet a later taker's token. Where the
                // present lease expired meanwhile, it is looked at again.
                if ((await nouns.CommitAsync([NounStore.Put(led, present?.Revision ?? 0)], CancellationToken.None)).Committed)
                {
                    return led;
                }
            }
        }
    }

    /// <summary>Gives the lead up.</summary>
    /// <exception cref="ProblemException">404: nobody leads; 409: another does.</exception>
    public async Task ReleaseAsync(string name, string holder, CancellationToken cancellationToken)
    {
        var key = NounStore.LeadershipKey(name);
        using (await _gate.HaveAloneAsync(cancellationToken))
        {
            if (await nouns.FindAsync(key, CatalogJson.Default.Leadership, cancellationToken) is not var (noun, revision))
            {
                throw NotLed(name);
            }

            if (noun.Holder != holder)
            {
                throw new ProblemException(HttpStatusCode.Conflict, $"'{name}' is led by '{noun.Holder}', not by '{holder}'.");
            }

            // Where it is not there any more, it has expired: that is as good.
            await nouns.CommitAsync([new StoreDelete(key, revision)], CancellationToken.None);
        }
    }

    /// <summary>Who leads.</summary>
    /// <exception cref="ProblemException">404: nobody does.</exception>
    public async Task<Leadership> FindAsync(string name, CancellationToken cancellationToken) =>
        await nouns.FindAsync(NounStore.LeadershipKey(name), CatalogJson.Default.Leadership, cancellationToken) is var (noun, _)
            ? noun
            : throw NotLed(name);

    /// <summary>Admits a write: what the header of a leader names must lead still, and does until the result is disposed.</summary>
    /// <param name="header">The value of <see cref="LeadershipHeader"/>; null for a writer that need not lead.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What ends the admission; null where none is needed.</returns>
    /// <exception cref="ProblemException">400: the header is malformed; 409: its token is not the present one.</exception>
    public async Task<IDisposable?> AdmitAsync(string? header, CancellationToken cancellationToken)
    {
        if (header is null)
        {
            return null;
        }

        if (!LeadershipHeader.TryParse(header, out var name, out var token))
        {
            throw ProblemException.Field(LeadershipHeader.Name, "must be a leadership's name and its token, as in 'scaler; token=12'.");
        }

        var share = await _gate.ShareAsync(cancellationToken);
        try
        {
            var present = (await nouns.FindAsync(
                NounStore.LeadershipKey(name), CatalogJson.Default.Leadership, cancellationToken))?.Noun;
            return present?.Token == token
                ? share
                : throw new ProblemException(
                    HttpStatusCode.Conflict,
                    present is null
                        ? $"Nobody leads '{name}' any more; the token {token} is not valid."
                        : $"'{name}' is led by '{present.Holder}' under the token {present.Token}; {token} is not valid (any more).");
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    public void Dispose() => _gate.Dispose();

    private static ProblemException NotLed(string name) => new(HttpStatusCode.NotFound, $"Nobody leads '{name}'.");
}
