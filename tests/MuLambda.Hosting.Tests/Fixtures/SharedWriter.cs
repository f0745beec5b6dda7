using System.Text;

namespace MuLambda.Hosting.Tests.Fixtures;

/// <summary>Text that is written by one and awaited by another.</summary>
internal sealed class SharedWriter : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (_gate)
            {
                _seen = _text.Length;
                return _text.ToString();
            }
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_gate)
        {
            _text.Append(value);
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Completes when there is more than was last read.</summary>
    public Task ChangedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _text.Length > _seen ? Task.CompletedTask : _changed.Task.WaitAsync(cancellationToken);
        }
    }
}
