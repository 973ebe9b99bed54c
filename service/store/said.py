"""You said, we did: what came of conversations, tied to none of them."""

from sqlmodel import Session, col, select

from service.store.tables_feedback import FeedbackSaidRow


def published(tx: Session) -> list[FeedbackSaidRow]:
    """What everybody may read, latest month first."""
    return _listed(tx, only_published=True)


def all_said(tx: Session) -> list[FeedbackSaidRow]:
    """Everything, drafts too, latest month first."""
    return _listed(tx, only_published=False)


def find_said(tx: Session, said_id: str) -> FeedbackSaidRow | None:
    """The entry with this id."""
    return tx.get(FeedbackSaidRow, said_id)


def _listed(tx: Session, *, only_published: bool) -> list[FeedbackSaidRow]:
    query = select(FeedbackSaidRow).order_by(col(FeedbackSaidRow.month).desc(), col(FeedbackSaidRow.id))
    if only_published:
        query = query.where(col(FeedbackSaidRow.published))
    return list(tx.exec(query))
