namespace MuLambda.Registry.Storage;

/// <summary>Lets many share, or one have it alone; who waits to have it alone is passed by nobody.</summary>
internal sealed class SharedGate : IDisposable
{
    private const int Shares = 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _shares = new(Shares, Shares);

    public async Task<IDisposable> ShareAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _shares.WaitAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        return new Held(_shares, 1);
    }

    public async Task<IDisposable> HaveAloneAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        var taken = 0;
        try
        {
            for (; taken < Shares; taken++)
            {
                await _shares.WaitAsync(cancellationToken);
            }

            return new Held(_shares, Shares);
        }
        catch
        {
            if (taken > 0)
            {
                _shares.Release(taken);
            }

            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _shares.Dispose();
    }

    private sealed class Held(SemaphoreSlim shares, int count) : IDisposable
    {
        private int _count = count;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _count, 0) is > 0 and var held)
            {
                shares.Release(held);
            }
        }
    }
}
