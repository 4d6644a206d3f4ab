"""财政项目支出绩效自评表 inside Excel: read, scored and checked."""

__version__ = "26.1"
