"""Which waves judge which programs, by their labels."""

from sqlmodel import Session, col, select

from service.errors import Conflict, NotFound
from service.store.tables_main import WaveRow
from service.store.tables_programs import ProgramRow, ProgramWaveRow


def attach(tx: Session, program_id: str, wave_id: str, label: str) -> bool:
    """Give a wave a label in a program; a wave that has another is given this one. False if nothing changed.

    Raises Conflict if another wave of the program has the label.
    """
    held = tx.exec(
        select(ProgramWaveRow).where(
            col(ProgramWaveRow.program_id) == program_id, col(ProgramWaveRow.label) == label
        )
    ).first()
    if held is not None and held.wave_id != wave_id:
        raise Conflict(
            f"wave {held.wave_id} is this program's {label} already; detach it first, or use another label"
        )
    row = tx.get(ProgramWaveRow, (wave_id, program_id), populate_existing=True)
    if row is not None and row.label == label:
        return False
    if row is None:
        row = ProgramWaveRow(wave_id=wave_id, program_id=program_id, label=label)
    row.label = label
    tx.add(row)
    tx.flush()
    return True


def detach(tx: Session, program_id: str, wave_id: str) -> str:
    """Take a wave out of a program; gives its label. Raises NotFound if it is not in it."""
    row = tx.get(ProgramWaveRow, (wave_id, program_id), populate_existing=True)
    if row is None:
        raise NotFound("the wave is not one of this program; list its waves to see them")
    tx.delete(row)
    tx.flush()
    return row.label


def waves_of_program(tx: Session, program_id: str) -> list[tuple[str, WaveRow]]:
    """The labelled waves of a program in the order of (opening time, id)."""
    query = (
        select(ProgramWaveRow.label, WaveRow)
        .join(WaveRow, col(WaveRow.id) == col(ProgramWaveRow.wave_id))
        .where(col(ProgramWaveRow.program_id) == program_id)
        .order_by(col(WaveRow.opens_at), col(WaveRow.id))
    )
    return [(label, row) for label, row in tx.exec(query)]


def programs_of_wave(tx: Session, wave_id: str) -> list[tuple[str, ProgramRow]]:
    """The programs that a wave judges, each with the wave's label in it, in the order of their ids."""
    query = (
        select(ProgramWaveRow.label, ProgramRow)
        .join(ProgramRow, col(ProgramRow.id) == col(ProgramWaveRow.program_id))
        .where(col(ProgramWaveRow.wave_id) == wave_id)
        .order_by(col(ProgramRow.id))
    )
    return [(label, row) for label, row in tx.exec(query)]
